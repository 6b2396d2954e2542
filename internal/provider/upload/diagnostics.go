// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package upload

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/wording"
	engine "github.com/upload-backed/terraform-provider-openai/internal/upload"
)

// howToDestroy ends every error of a plan for an existing File, because
// destroying plans first, to refresh.
const howToDestroy = "To destroy the resource all the same, run destroy with -refresh=false."

// filesetIdiom shows how a directory is uploaded.
const filesetIdiom = `One resource uploads one file. For the files of a directory use for_each:

  resource "openai_upload" "each" {
    for_each = fileset("data", "*.jsonl")
    path     = "data/${each.value}"
    purpose  = "fine-tune"
  }`

// isAbsent reports whether err means that the file can't be seen, so that
// something may still make it.
func isAbsent(err error) bool {
	var bad *localfile.Error

	return errors.As(err, &bad) &&
		(bad.Problem == localfile.NotExist || bad.Problem == localfile.NotPermitted || bad.Problem == localfile.Unreadable)
}

// unusableForNew is an error for what can't become a usable file, and a
// warning for a file that something may make, or make readable, until apply.
func unusableForNew(err error) diag.Diagnostic {
	if isAbsent(err) {
		return unusableYet(err)
	}

	return diag.NewAttributeErrorDiagnostic(path.Root("path"), "File can't be uploaded",
		wording.Sentence(err)+" Nothing was sent."+directoryHint(err))
}

func unusableYet(err error) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("path"), "No usable file yet",
		wording.Sentence(err)+" Apply works if something makes it until then (depends_on); if not, apply ends in an error and sends nothing.")
}

// unusableAtCreate is the same at apply, when nothing may come any more.
func unusableAtCreate(err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("path"), "File can't be uploaded",
		wording.Sentence(err)+" Nothing was sent and nothing is left at OpenAI. Make the file and apply again."+directoryHint(err))
}

func unusableForReplacement(err error, fileID string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("path"), "No usable file for the replacement",
		fmt.Sprintf("The change would replace the File %s, but %s. It was not given up for a replacement that can't be made. "+
			"Bring the file back, or undo the change; if something makes the file during apply, pin its content with content_sha256. %s%s",
			fileID, err, howToDestroy, directoryHint(err)))
}

// unusableAtDelete refuses to delete a File, as the first half of a
// replacement, when the second can't follow any more.
func unusableAtDelete(err error, fileID string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("path"), "No usable file for the replacement any more",
		fmt.Sprintf("%s The plan was to replace the File %s by it, so the File was not deleted. Nothing was changed. "+
			"Bring the file back and plan again.", wording.Sentence(err), fileID))
}

func unusableNewPath(err error, fileID string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("path"), "No usable file at the new path",
		fmt.Sprintf("%s The File %s stays as it is. Correct path, or put the file there. %s%s",
			wording.Sentence(err), fileID, howToDestroy, directoryHint(err)))
}

func unusableButKept(err error, fileID string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("path"), "Local file can't be compared",
		fmt.Sprintf("%s The File %s stays as it is; a change of its content can't be noticed.", wording.Sentence(err), fileID))
}

func unreadableAtPlan(err error) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("path"), "File could not be compared",
		wording.Sentence(err)+" Nothing was changed. Plan again. "+howToDestroy)
}

func directoryHint(err error) string {
	var bad *localfile.Error
	if errors.As(err, &bad) && bad.Problem == localfile.Directory {
		return "\n\n" + filesetIdiom
	}

	return ""
}

func pinMismatchAtPlan(file, have, want string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("content_sha256"), "Content is not what content_sha256 says",
		fmt.Sprintf("The SHA-256 of %q is %s, configured is %s. Nothing was changed. Correct content_sha256, or put the right file there. %s",
			file, have, want, howToDestroy))
}

func nameSuggestion(remote, planned string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("filename"), "The File has another name",
		fmt.Sprintf("The File is called %q at OpenAI, and the configuration makes it %q. That alone replaces it. "+
			"To keep its name, set filename = %q.", remote, planned, remote))
}

func replacementReason(state model, differs []string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("The File at OpenAI differs",
		fmt.Sprintf("The File %s is not what the configuration and the local file ask for: %s. It will be replaced.",
			state.FileID.ValueString(), strings.Join(differs, "; ")))
}

func adoptionWarning(fileID string) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Content could not be compared",
		fmt.Sprintf("The File %s is taken over without an upload: its size, name and purpose are those of the local file, "+
			"but OpenAI gives no hash, so its content could not be compared. To be sure, replace it (-replace).", fileID))
}

func (u uploaded) differences(now model) []string {
	var differs []string

	if b := now.Bytes; !b.IsNull() && b.ValueInt64() != u.Bytes {
		differs = append(differs, fmt.Sprintf("it has %d bytes, uploaded were %d", b.ValueInt64(), u.Bytes))
	}

	if n := now.Filename; !n.IsNull() && n.ValueString() != u.Filename {
		differs = append(differs, fmt.Sprintf("it is called %q, uploaded as %q", n.ValueString(), u.Filename))
	}

	if p := now.Purpose; !p.IsNull() && p.ValueString() != u.Purpose {
		differs = append(differs, fmt.Sprintf("its purpose is %q, uploaded as %q", p.ValueString(), u.Purpose))
	}

	return differs
}

func sizeText(remote, local int64) string {
	return fmt.Sprintf("it has %d bytes, the local file %d", remote, local)
}

func purposeText(remote, configured string) string {
	return fmt.Sprintf("its purpose is %q, configured is %q", remote, configured)
}

func lifeText(d time.Duration) string {
	if d == 0 {
		return "without end"
	}

	return fmt.Sprintf("%d seconds", int64(d/time.Second))
}

// limitWarnings tells of limits that are known but not certain, or not
// enforced by the Uploads endpoint.
func limitWarnings(size int64, purpose, filename types.String) diag.Diagnostics {
	var diags diag.Diagnostics

	at := path.Root("path")

	if size > localfile.MaxBytesDecimal {
		diags.AddAttributeWarning(at, "File may be too large",
			fmt.Sprintf("It has %d bytes. The API takes \"8 GB\", and doesn't say whether that is 8,000,000,000 bytes or 8 GiB.", size))
	}

	if purpose.ValueString() == purposeBatch && size > localfile.BatchMaxBytes {
		diags.AddAttributeWarning(at, "File may be too large for a batch",
			fmt.Sprintf("It has %d bytes, and the Batch API takes inputs of at most 200 MB.", size))
	}

	if wantsJSONLines(purpose.ValueString()) && !filename.IsUnknown() && !strings.HasSuffix(strings.ToLower(filename.ValueString()), ".jsonl") {
		diags.AddAttributeWarning(at, "File name doesn't end in .jsonl",
			fmt.Sprintf("The purpose %q takes JSON Lines files, named .jsonl; the File would be called %q.", purpose.ValueString(), filename.ValueString()))
	}

	return diags
}

func wantsJSONLines(purpose string) bool {
	return purpose == purposeBatch || purpose == purposeFineTune
}

// leftBehind says what a failed upload left at OpenAI, and what to do about it.
func leftBehind(err error) string {
	var failed *engine.Error
	if !errors.As(err, &failed) {
		return ""
	}

	var text strings.Builder

	switch failed.Left {
	case engine.LeftNothing:
		if failed.UploadID != "" {
			fmt.Fprintf(&text, " The Upload %s was cancelled; nothing is left at OpenAI.", failed.UploadID)
		} else {
			text.WriteString(" Nothing is left at OpenAI.")
		}
	case engine.LeftUnknown:
		fmt.Fprintf(&text, " Whether OpenAI created an Upload is not known; if it did, it expires by itself within %s and no File comes of it.",
			minutes(failed.ExpiresIn))
	case engine.LeftUpload:
		fmt.Fprintf(&text, " The Upload %s could not be cancelled", failed.UploadID)

		if failed.CancelErr != nil {
			fmt.Fprintf(&text, " (%s)", failed.CancelErr)
		}

		fmt.Fprintf(&text, "; it expires by itself within %s. It is kept in the state, marked as tainted: the next apply cancels it and uploads again.",
			minutes(failed.ExpiresIn))
	case engine.LeftFile:
		fmt.Fprintf(&text, " The File %s of the Upload %s is kept in the state, marked as tainted: the next apply deletes it and uploads again.",
			failed.File.ID, failed.UploadID)
	}

	if len(failed.Candidates) > 0 {
		text.WriteString("\n\nOne of these Files may be the result:\n")
		text.WriteString(importCommands(failed.Candidates))
		text.WriteString("\nTo keep one, remove the tainted resource from the state (terraform state rm ADDRESS) and import it; " +
			"Files that nobody needs are deleted through the API.")
	}

	return text.String()
}

// importCommands lists Files with the command that imports each.
func importCommands(files []engine.File) string {
	var text strings.Builder

	for _, f := range files {
		fmt.Fprintf(&text, "  terraform import ADDRESS %s   # %q, %d bytes, created %s\n",
			f.ID, f.Filename, f.Bytes, f.CreatedAt.UTC().Format(time.RFC3339))
	}

	return text.String()
}

func minutes(d time.Duration) string {
	if d <= 0 || d > time.Hour {
		d = time.Hour
	}

	return fmt.Sprintf("%d minutes", int64((d+time.Minute-1)/time.Minute))
}
