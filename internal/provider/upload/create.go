// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/filetype"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// Create uploads the file, or the content in the configuration.
func (r *uploadResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var config, plan model
	// What is write-only is in the configuration alone.
	resp.Diagnostics.Append(shared.Get(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(shared.Get(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := plan.Timeouts.Create(ctx, defaultCreateTimeout)
	resp.Diagnostics.Append(diags...)
	uploader, ok := r.service.Uploader(&resp.Diagnostics)
	if !ok || resp.Diagnostics.HasError() {
		return
	}
	// The Files that Delete removed for this upload, for the message if it fails.
	self := shared.Successor{
		Path: plan.Path.ValueString(), Filename: plan.Filename.ValueString(), Purpose: plan.Purpose.ValueString(),
		SHA256: config.digest(ctx).value.sha256,
	}
	replaced := r.service.ReplacedBy(self)
	file, err := config.open()
	if err != nil {
		resp.Diagnostics.Append(unusableAtCreate(err).deletedBefore(replaced).err())
		return
	}
	defer file.Close()
	if refusal := plan.fillFromFile(ctx, r.service, config, file); refusal != nil {
		resp.Diagnostics.Append(refusal.deletedBefore(replaced).err())
		return
	}
	result, err := uploader.Upload(ctx, engine.Job{
		Source:  file,
		Spec:    plan.spec(ctx, file.Size()),
		Verify:  verifyPin(plan.ContentSHA256),
		Timeout: timeout, TimeoutCause: &shared.TimeoutError{Setting: "timeouts.create", Limit: timeout},
		Observe: logProgress(ctx, plan.Filename.ValueString()),
	})
	if err != nil {
		// What may still exist has to be in the state, so that the next apply clears it.
		if plan.setLeftover(err, file.Size()) {
			resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
			resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: plan.ID})...)
		}
		resp.Diagnostics.Append(uploadFailed(plan, config, err).deletedBefore(replaced).err())
		return
	}
	r.service.ForgetReplaced(self)
	resp.Diagnostics.Append(r.process(ctx, plan, config, &result, timeout)...)
	resp.Diagnostics.Append(plan.setResult(result)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity{ID: plan.ID})...)
	resp.Diagnostics.Append(remember(ctx, resp.Private, uploadedKey, uploadedFrom(result.File))...)
	resp.Diagnostics.Append(remember(ctx, resp.Private, contentKey, file.Hashed(result.Digests.SHA256))...)
}

// process waits until OpenAI has processed the File, if that is wanted.
func (r *uploadResource) process(ctx context.Context, plan, config model, result *engine.Result, limit time.Duration) diag.Diagnostics {
	var diags diag.Diagnostics
	client, ok := r.service.Client(&diags)
	if !ok {
		return diags
	}
	file := &result.File
	var err error
	wanted := plan.WaitForProcessing.IsNull() || plan.WaitForProcessing.ValueBool()
	if wanted {
		ctx, cancel := context.WithTimeoutCause(ctx, max(limit-result.Elapsed, 0), &shared.TimeoutError{Setting: "timeouts.create", Limit: limit})
		defer cancel()
		*file, err = awaitProcessing(ctx, client, *file)
	}
	source, _ := config.source()
	switch {
	case err != nil:
		diags.Append(stillProcessing(*file, err).warning())
	case file.Status == fileStatusError && wanted:
		diags.Append(notProcessed(*file, source).err())
	case file.Status == fileStatusError:
		diags.Append(statusWarning(*file).warning())
	}
	return diags
}

// fillFromFile sets the name and the type that the plan left open, and returns
// why the file must not be sent, or nil.
func (m *model) fillFromFile(ctx context.Context, service *shared.Service, config model, file input) *notice {
	refuse := func(n notice) *notice { return &n }
	if m.Filename.IsUnknown() {
		name := defaultFilename(m.Path.ValueString())
		if !validFilename(name) {
			return refuse(unusableName(name))
		}
		m.Filename = types.StringValue(name)
	}
	if m.MIMEType.IsUnknown() {
		detected, err := mimeTypeOf(m.Filename.ValueString(), file)
		if err != nil {
			return refuse(unusableAtCreate(err))
		}
		m.MIMEType = detected
	}
	pin, format := fromString(m.ContentSHA256), m.format()
	if !pin.known && format == 0 {
		return nil
	}
	seen, err := config.inspect(ctx, service, file, format)
	source, _ := config.source()
	switch {
	case errors.Is(err, context.Canceled):
		return refuse(readingInterrupted(m.Path.ValueString()))
	case err != nil:
		return refuse(unusableAtCreate(err))
	case pin.known && seen.SHA256 != pin.value:
		return refuse(notSent(m.Path.ValueString(), seen.SHA256, pin.value))
	case seen.Report != nil && seen.Report.Errors > 0:
		return refuse(lines{source: source, path: m.Path.ValueString(), purpose: m.Purpose.ValueString(), report: *seen.Report}.refused())
	}
	return nil
}

// mimeTypeOf returns the MIME type that a File's name stands for or, failing that, its
// content.
func mimeTypeOf(filename string, file input) (types.String, error) {
	detected, ok := filetype.ByName(filename)
	if !ok {
		var err error
		if detected, err = filetype.ByContent(file, file.Size()); err != nil {
			return types.StringNull(), err
		}
	}
	return types.StringValue(detected), nil
}

func (m *model) spec(ctx context.Context, size int64) engine.Spec {
	return engine.Spec{
		Filename:     m.Filename.ValueString(),
		Purpose:      m.Purpose.ValueString(),
		MIMEType:     m.MIMEType.ValueString(),
		Bytes:        size,
		ExpiresAfter: m.lifetime(ctx).value,
	}
}

// setResult takes over the File, but keeps what the plan promised.
func (m *model) setResult(result engine.Result) diag.Diagnostics {
	var diags diag.Diagnostics
	if result.File.Filename != m.Filename.ValueString() || result.File.Purpose != m.Purpose.ValueString() {
		diags.AddWarning("OpenAI changed the File's name or purpose",
			fmt.Sprintf("The File %s was sent as %q with purpose %q, and OpenAI calls it %q with purpose %q. "+
				"The next plan will show the difference; configure the values that OpenAI chose.",
				result.File.ID, m.Filename.ValueString(), m.Purpose.ValueString(), result.File.Filename, result.File.Purpose))
	}
	if result.Stray {
		diags.AddWarning("A second Upload may exist", strayUpload)
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
	failed, ok := errors.AsType[*engine.Error](err)
	if !ok {
		return false
	}
	if m.ContentSHA256.IsUnknown() {
		m.ContentSHA256 = types.StringNull()
	}
	m.UploadID = types.StringValue(failed.UploadID)
	switch failed.Left {
	case engine.LeftFile:
		m.SkipDestroy = types.BoolNull() // It isn't good enough to stay.
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

// pinError reports content that doesn't match content_sha256.
type pinError struct {
	have, want string
}

// Error implements error.
func (e *pinError) Error() string {
	return fmt.Sprintf("the SHA-256 of the content is %s, but %s is configured", e.have, e.want)
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
func uploadFailed(plan, config model, err error) notice {
	attribute, _ := config.source()
	name := plan.Path.ValueString()
	if attribute != "path" {
		name = plan.Filename.ValueString()
	}
	n := notice{
		summary: fmt.Sprintf("Uploading %q failed", name),
		detail:  shared.Explain(err) + leftBehind(err),
	}
	_, badPin := errors.AsType[*pinError](err)
	_, badFile := errors.AsType[*localfile.Error](err)
	answer, _ := errors.AsType[*openai.Error](err)
	switch {
	case badPin:
		n.attribute, n.summary = "content_sha256", "Content doesn't match content_sha256"
		n.detail += " Correct content_sha256, or put the right file there, and apply again."
	case badFile, errors.Is(err, engine.ErrChanged):
		n.attribute, n.summary = "path", "File changed or became unreadable while it was uploaded"
		n.detail += " Apply again when nothing writes to the file any more."
	case errors.Is(err, context.Canceled):
		n.summary = fmt.Sprintf("Uploading %q was interrupted", name)
	case answer != nil:
		n.attribute = attributeOf(answer.Param, attribute)
	}
	return n
}

// attributeOf returns the attribute that a parameter of the API comes from,
// empty if it isn't one of the resource's. source is the one of the content.
func attributeOf(param, source string) string {
	name, _, _ := strings.Cut(param, ".")
	switch name {
	case "purpose", "filename", "mime_type", "expires_after":
		return name
	case "bytes", "file", "data", "md5":
		return source
	}
	return ""
}
