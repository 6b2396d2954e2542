// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/wording"
	engine "github.com/upload-backed/terraform-provider-openai/internal/upload"
)

// Create uploads the file.
func (r *uploadResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model

	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)

	if resp.Diagnostics.HasError() {
		return
	}

	timeout, diags := plan.Timeouts.Create(ctx, defaultCreateTimeout)
	resp.Diagnostics.Append(diags...)

	uploader, ok := r.service.Uploader(&resp.Diagnostics)
	if !ok || resp.Diagnostics.HasError() {
		return
	}

	file, err := localfile.Open(plan.Path.ValueString())
	if err != nil {
		resp.Diagnostics.Append(unusableAtCreate(err))

		return
	}
	defer file.Close()

	if err := plan.fillFromFile(file); err != nil {
		resp.Diagnostics.Append(unusableAtCreate(err))

		return
	}

	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	result, err := uploader.Upload(ctx, engine.Job{
		Source:  file,
		Spec:    plan.spec(ctx, file.Size()),
		Verify:  verifyPin(plan.ContentSHA256),
		Observe: logProgress(ctx, plan.Filename.ValueString()),
	})
	if err != nil {
		// What may still exist has to be in the state, so that the next apply clears it.
		if plan.setLeftover(err, file.Size()) {
			resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
			resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: plan.ID})...)
		}

		resp.Diagnostics.Append(uploadFailed(plan, err))

		return
	}

	resp.Diagnostics.Append(plan.setResult(result)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: plan.ID})...)
	resp.Diagnostics.Append(remember(ctx, resp.Private, uploadedKey, uploadedFrom(result.File))...)
	resp.Diagnostics.Append(remember(ctx, resp.Private, contentKey, file.Hashed(result.Digests.SHA256))...)
}

// fillFromFile decides the name and the type that the plan left open.
func (m *model) fillFromFile(file *localfile.File) error {
	if m.Filename.IsUnknown() {
		m.Filename = types.StringValue(baseName(m.Path.ValueString()))
	}

	if !m.MIMEType.IsUnknown() {
		return nil
	}

	detected, ok := localfile.DetectMIME(m.Filename.ValueString())
	if !ok {
		var err error
		if detected, err = file.SniffMIME(); err != nil {
			return err
		}
	}

	m.MIMEType = types.StringValue(detected)

	return nil
}

func (m *model) spec(ctx context.Context, size int64) engine.Spec {
	return engine.Spec{
		Filename:     m.Filename.ValueString(),
		Purpose:      m.Purpose.ValueString(),
		MIMEType:     m.MIMEType.ValueString(),
		Bytes:        size,
		ExpiresAfter: m.lifetime(ctx),
	}
}

// setResult takes over the File, but keeps what the plan promised.
func (m *model) setResult(result engine.Result) diag.Diagnostics {
	var diags diag.Diagnostics

	if result.File.Filename != m.Filename.ValueString() || result.File.Purpose != m.Purpose.ValueString() {
		diags.AddWarning("OpenAI changed the File's name or purpose",
			fmt.Sprintf("The File %s was sent as %q with purpose %q, and OpenAI calls it %q with purpose %q. "+
				"The next plan will show the difference; configure what OpenAI made of it.",
				result.File.ID, m.Filename.ValueString(), m.Purpose.ValueString(), result.File.Filename, result.File.Purpose))
	}

	filename, purpose := m.Filename, m.Purpose
	m.setFile(result.File)
	m.Filename, m.Purpose = filename, purpose
	m.UploadID = types.StringValue(result.UploadID)
	m.ContentSHA256 = types.StringValue(result.Digests.SHA256)

	return diags
}

// setLeftover fills the state with what a failed upload left behind, and
// reports whether there is anything that has to be cleared.
func (m *model) setLeftover(err error, size int64) bool {
	var failed *engine.Error
	if !errors.As(err, &failed) {
		return false
	}

	if m.ContentSHA256.IsUnknown() {
		m.ContentSHA256 = types.StringNull()
	}

	m.UploadID = types.StringValue(failed.UploadID)

	switch failed.Left {
	case engine.LeftFile:
		filename, purpose := m.Filename, m.Purpose
		m.setFile(failed.File)
		m.Filename, m.Purpose = filename, purpose
	case engine.LeftUpload:
		m.setNoFile()
		m.ID = m.UploadID
		m.Bytes = types.Int64Value(size)
	case engine.LeftNothing, engine.LeftUnknown:
		return false
	}

	return true
}

// pinError is content that is not what content_sha256 says.
type pinError struct {
	have, want string
}

// Error implements error.
func (e *pinError) Error() string {
	return fmt.Sprintf("the SHA-256 of the content is %s, configured is %s", e.have, e.want)
}

// verifyPin returns the check that is made before the upload is completed, or
// nil without a pin.
func verifyPin(pin types.String) func(engine.Digests) error {
	if pin.IsNull() || pin.IsUnknown() {
		return nil
	}

	return func(d engine.Digests) error {
		if d.SHA256 != pin.ValueString() {
			return &pinError{have: d.SHA256, want: pin.ValueString()}
		}

		return nil
	}
}

// uploadFailed says what failed, what was left behind and what to do next, on
// the attribute that can be corrected, if it is one.
func uploadFailed(plan model, err error) diag.Diagnostic {
	detail := wording.Sentence(err) + leftBehind(err)

	var (
		pin *pinError
		bad *localfile.Error
	)

	switch {
	case errors.As(err, &pin):
		return diag.NewAttributeErrorDiagnostic(path.Root("content_sha256"), "Content is not what content_sha256 says",
			detail+" Correct content_sha256, or put the right file there, and apply again.")
	case errors.As(err, &bad), errors.Is(err, engine.ErrChanged):
		return diag.NewAttributeErrorDiagnostic(path.Root("path"), "File changed or became unreadable while it was uploaded",
			detail+" Let the file rest and apply again.")
	default:
		return diag.NewErrorDiagnostic(fmt.Sprintf("Uploading %q failed", plan.Path.ValueString()), detail)
	}
}
