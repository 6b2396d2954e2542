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

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/localfile"
	"github.com/upload-backed/terraform-provider-openai/internal/provider/shared"
)

// notice is an error or a warning: what is wrong, what was left, what to do.
type notice struct {
	// attribute is the one that caused it, empty if none did.
	attribute       string
	summary, detail string
}

func (n notice) err() diag.Diagnostic {
	if n.attribute == "" {
		return diag.NewErrorDiagnostic(n.summary, n.detail)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root(n.attribute), n.summary, n.detail)
}

func (n notice) warning() diag.Diagnostic {
	if n.attribute == "" {
		return diag.NewWarningDiagnostic(n.summary, n.detail)
	}
	return diag.NewAttributeWarningDiagnostic(path.Root(n.attribute), n.summary, n.detail)
}

// howToDestroy is appended to every error of a plan, because terraform destroy
// plans first, to refresh.
const howToDestroy = "If this prevents terraform destroy, run it with -refresh=false."

// remedy says what to do instead of uploading what is at the path.
func remedy(err error) string {
	bad, ok := errors.AsType[*localfile.Error](err)
	if !ok {
		return ""
	}
	switch bad.Problem {
	case localfile.Directory, localfile.Pattern:
		return "\n\n" + `One resource uploads one file. For several files use for_each:

  resource "openai_upload" "each" {
    for_each = fileset("data", "*.jsonl")
    path     = "data/${each.value}"
    purpose  = "user_data"
  }`
	case localfile.URL:
		return " The provider doesn't download anything. Download the file first; the guide \"Files behind a URL\" shows how."
	case localfile.Unreadable, localfile.NotExist, localfile.NotPermitted, localfile.NotRegular, localfile.Empty, localfile.TooLarge, localfile.Changed:
	}
	return ""
}

// deletedFirst is what a replacement risks.
func deletedFirst(fileID string) string {
	return " Without create_before_destroy the File " + fileID + " is deleted before that."
}

func noFileYet(problem error, replaced string) notice {
	detail := shared.Sentence(problem) + " That was so when Terraform planned. Something has to provide the file before the upload starts, " +
		"such as a resource named in depends_on; otherwise the upload fails and nothing is sent."
	if replaced != "" {
		detail += deletedFirst(replaced)
	}
	return notice{"path", "No usable file yet", detail}
}

func oldContentStill(file, replaced string) notice {
	return notice{"content_sha256", "Local file still has the old content", fmt.Sprintf(
		"When Terraform planned, %q had the content of the File %s and not the one of content_sha256. "+
			"Something has to write the new content before the upload starts; otherwise the upload fails and nothing is sent.%s",
		file, replaced, deletedFirst(replaced))}
}

func otherContentYet(file, have, want string) notice {
	return notice{"content_sha256", "Local file has other content than content_sha256", fmt.Sprintf(
		"When Terraform planned, the SHA-256 of %q was %s, and content_sha256 is %s. "+
			"Something has to write the right content before the upload starts; otherwise the upload fails and nothing is sent.",
		file, have, want)}
}

func fileDiffersFromPin(want arguments, seen sighting, fileID string) notice {
	if !want.content.isNull() {
		return notice{"content_sha256", "Content is ignored", fmt.Sprintf(
			"%s has other content than the File %s, which stays as it is, because content_sha256 is in ignore_changes. "+
				"To upload the new content, remove it from there.", want.source, fileID)}
	}
	file := want.path.value
	have := fmt.Sprintf("The SHA-256 of %q is %s", file, seen.sha256)
	if seen.sha256 == "" {
		have = fmt.Sprintf("%q has %d bytes, another size", file, seen.size)
	}
	return notice{"content_sha256", "Local file has other content than content_sha256", fmt.Sprintf(
		"%s. content_sha256 is %s, the content of the File %s, so the local file is no reason to replace it. "+
			"If something writes the file during apply, nothing has to be done. To upload the local file as it is, change content_sha256; "+
			"or remove it from ignore_changes if it is there.",
		have, want.pin.value, fileID)}
}

func contentUnknown(source, replaced string) notice {
	return notice{source, "Content isn't known yet", "It is known only during apply. If it is null, empty or not what " + source +
		" takes then, the upload fails and nothing is sent." + deletedFirst(replaced)}
}

func contentUnreadable(source, fileID string, err error) notice {
	return notice{source, "Reading the content of the File " + fileID + " failed", shared.Explain(err) +
		" It is to be compared with the configuration before the File is adopted. Nothing was changed. Plan again. " + howToDestroy}
}

func keptUncompared(problem error, fileID string) notice {
	return notice{"path", "Local file can't be compared", fmt.Sprintf(
		"%s The File %s stays as it is. Changes to the local file are noticed again once it can be read.%s",
		shared.Sentence(problem), fileID, remedy(problem))}
}

func unusableForNew(problem error) notice {
	return notice{"path", "File can't be uploaded", shared.Sentence(problem) + " Nothing was sent. " + howToDestroy + remedy(problem)}
}

// unusableAtCreate is the same at apply, when nothing can provide the file any more.
func unusableAtCreate(problem error) notice {
	return notice{
		"path", "File can't be uploaded",
		shared.Sentence(problem) + " Nothing was sent. Provide the file and apply again." + remedy(problem),
	}
}

// readingInterrupted says nothing of the file, which may be as it should be.
func readingInterrupted(path string) notice {
	return notice{summary: fmt.Sprintf("Reading %q was interrupted", path), detail: "Nothing was sent. Apply again."}
}

// notSent reports content that isn't the pinned one when the upload is about to start.
func notSent(file, have, want string) notice {
	return notice{"content_sha256", "Content doesn't match content_sha256", fmt.Sprintf(
		"The SHA-256 of %q is %s, and content_sha256 is %s. Nothing was sent. "+
			"Correct content_sha256, or put the right file there, and apply again.", file, have, want)}
}

// deletedBefore adds that what was to be replaced is gone already.
func (n notice) deletedBefore(fileIDs []string) notice {
	switch len(fileIDs) {
	case 0:
		return n
	case 1:
		n.detail += " The File " + fileIDs[0] + ", which this upload was to replace, had been deleted before it,"
	default:
		n.detail += " The File that this upload was to replace, one of " + strings.Join(fileIDs, ", ") + ", had been deleted before it,"
	}
	n.detail += " because that is Terraform's default order. With create_before_destroy = true in the resource's lifecycle block " +
		"the old File stays until the new one exists."
	return n
}

func unusableName(name string) notice {
	return notice{"path", "File name can't be used at OpenAI", fmt.Sprintf(
		"By default the File gets the name of the local file, %q, but a File's name must not contain path separators or control characters. "+
			"Nothing was sent. Set filename to the name that the File is to have. %s", name, howToDestroy)}
}

func unusableForReplacement(problem error, fileID string) notice {
	return notice{"path", "No usable file for the replacement", fmt.Sprintf(
		"The plan replaces the File %s, but %s. The File was left as it is, because nothing could take its place. "+
			"Bring the file back, or undo the change; if something makes the file during apply, set content_sha256 to the hash that it will have. %s%s",
		fileID, problem, howToDestroy, remedy(problem))}
}

func unusableNewPath(problem error, fileID string) notice {
	return notice{"path", "No usable file at path", fmt.Sprintf(
		"%s The File %s was left as it is. Correct path, or put the file there. %s%s",
		shared.Sentence(problem), fileID, howToDestroy, remedy(problem))}
}

func contentMismatch(file, have, want, fileID string) notice {
	return notice{"content_sha256", "Content doesn't match content_sha256", fmt.Sprintf(
		"The SHA-256 of %q is %s, and content_sha256 is %s. The File %s was left as it is. "+
			"Correct content_sha256, or put the right file there, and plan again; if something writes the file during apply, "+
			"remove what is there now. %s",
		file, have, want, fileID, howToDestroy)}
}

// noLongerPlanned refuses to delete a File, as the first half of a replacement,
// when the second can't follow any more.
func noLongerPlanned(next newHalf, seen sighting, fileID string) notice {
	n := notice{attribute: "path", summary: "Local file is no longer what was planned"}
	if seen.problem != nil {
		n.detail = shared.Sentence(seen.problem)
	} else {
		n.attribute = "content_sha256"
		n.detail = fmt.Sprintf("The SHA-256 of %q is now %s; %s was planned.", next.Path, seen.sha256, next.Pin)
	}
	n.detail += fmt.Sprintf(" The file was to replace the File %s, which was therefore not deleted. Nothing was changed. "+
		"Put the right file there, or correct the configuration, and plan again.", fileID)
	if next.Tainted {
		n.detail += " To keep the File as it is, run terraform untaint."
	}
	return n
}

// leftAtOpenAI says that skip_destroy keeps a File; stays is the verb.
func leftAtOpenAI(state model, stays string) notice {
	return notice{"skip_destroy", "The File " + state.ID.ValueString() + " " + stays + " at OpenAI", fmt.Sprintf(
		"skip_destroy is set, so %q isn't deleted, and nothing manages it any more. It counts toward the storage of the project. "+
			"To manage it again, import it by its ID.", state.Filename.ValueString())}
}

func nameSuggestion(remote, planned string) notice {
	return notice{"filename", "The File has another name", fmt.Sprintf(
		"The File is called %q at OpenAI, and the configuration names it %q. That alone replaces it. "+
			"To keep its name, set filename = %q.", remote, planned, remote)}
}

func replacementReason(fileID string, differs []string) notice {
	return notice{"", "The File at OpenAI differs", fmt.Sprintf(
		"The File %s is not what is configured: %s. It will be replaced.",
		fileID, strings.Join(differs, "; "))}
}

func adoptedUncompared(fileID string, want arguments) notice {
	return notice{"", "Content could not be compared", fmt.Sprintf(
		"The File %s is adopted without an upload. Its size, name and purpose are those of %s; "+
			"OpenAI reports no hash, so the content itself could not be compared. To be sure, replace the File (-replace).",
		fileID, want.sourceText())}
}

// sourceText names what is uploaded.
func (a arguments) sourceText() string {
	if a.content.isNull() {
		return "the local file"
	}
	return a.source
}

func (u uploaded) differences(now file) []string {
	var differs []string
	if now.bytes.known && now.bytes.value != u.Bytes {
		differs = append(differs, fmt.Sprintf("it has %d bytes, but %d were uploaded", now.bytes.value, u.Bytes))
	}
	if now.filename.known && now.filename.value != u.Filename {
		differs = append(differs, fmt.Sprintf("it is called %q, uploaded as %q", now.filename.value, u.Filename))
	}
	if now.purpose.known && now.purpose.value != u.Purpose {
		differs = append(differs, fmt.Sprintf("its purpose is %q, uploaded as %q", now.purpose.value, u.Purpose))
	}
	return differs
}

func sizeText(remote int64, want arguments, local int64) string {
	return fmt.Sprintf("it has %d bytes, %s %d", remote, want.sourceText(), local)
}

func purposeText(remote, configured string) string {
	return fmt.Sprintf("its purpose is %q, but %q is configured", remote, configured)
}

func livesText(d time.Duration) string {
	if d == 0 {
		return "never expires"
	}
	return fmt.Sprintf("lives %d seconds", int64(d/time.Second))
}

func lifetimeText(want arguments) string {
	switch {
	case !want.lifetime.isNull():
		return fmt.Sprintf("%d seconds", int64(want.lifetime.value/time.Second))
	case want.purpose.value == purposeBatch:
		return "none, which for purpose batch means 2592000 seconds (30 days)"
	}
	return "no expiry"
}

func unknownPurpose(purpose string) notice {
	return notice{"purpose", "Unknown purpose", fmt.Sprintf(
		"This version of the provider doesn't know the purpose %q; it knows %s. The purpose is sent as it is, and OpenAI refuses what it doesn't know.",
		purpose, strings.Join(purposes(), ", "))}
}

func maybeTooLarge(attribute string, size int64) notice {
	return notice{attribute, "File may be too large", fmt.Sprintf(
		"It has %d bytes. OpenAI documents a limit of \"8 GB\", without saying whether that is 8,000,000,000 bytes or 8 GiB.", size)}
}

func tooLargeForBatch(attribute string, size int64) notice {
	return notice{attribute, "File may be too large for a batch", fmt.Sprintf(
		"It has %d bytes. The Batch API takes inputs of at most 200 MiB (209,715,200 bytes).", size)}
}

func notNamedJSONLines(want arguments) notice {
	attribute, change := "path", "Rename the local file, or set filename."
	if !want.content.isNull() {
		attribute, change = "filename", "Change filename."
	}
	return notice{attribute, "File name doesn't end in .jsonl", fmt.Sprintf(
		"The purpose %q takes JSON Lines files, whose names end in .jsonl; this File would be called %q. %s",
		want.purpose.value, want.filename.value, change)}
}

// strayUpload is what a lost answer to the creation of an Upload may leave.
const strayUpload = "A request to create the Upload wasn't answered, and was sent again. If OpenAI carried out the first one, too, " +
	"there is another Upload without parts. It expires by itself within an hour, and never becomes a File."

// leftBehind says what a failed upload left at OpenAI, and what to do about it.
func leftBehind(err error) string {
	failed, ok := errors.AsType[*engine.Error](err)
	if !ok {
		return ""
	}
	var text strings.Builder
	switch failed.Left {
	case engine.LeftNothing:
		switch {
		case failed.Stray: // What else may be left is said below.
			fmt.Fprintf(&text, " The Upload %s was cancelled.", failed.UploadID)
		case failed.UploadID != "":
			fmt.Fprintf(&text, " The Upload %s was cancelled; nothing is left at OpenAI.", failed.UploadID)
		default:
			text.WriteString(" Nothing is left at OpenAI.")
		}
	case engine.LeftUnknown:
		fmt.Fprintf(&text, " Whether OpenAI created an Upload is not known; if it did, the Upload expires by itself within %s and never becomes a File.",
			minutes(failed.ExpiresIn))
	case engine.LeftUpload:
		if failed.CancelErr == nil {
			fmt.Fprintf(&text, " The Upload %s may remain", failed.UploadID)
		} else {
			fmt.Fprintf(&text, " The Upload %s could not be cancelled (%s)", failed.UploadID, failed.CancelErr)
		}
		fmt.Fprintf(&text, "; it expires by itself within %s. It is kept in the state, marked as tainted: the next apply cancels it and uploads again.",
			minutes(failed.ExpiresIn))
	case engine.LeftFile:
		fmt.Fprintf(&text, " The File %s of the Upload %s is kept in the state, marked as tainted: the next apply deletes it and uploads again.",
			failed.File.ID, failed.UploadID)
	}
	if failed.Stray {
		text.WriteString(" " + strayUpload)
	}
	if len(failed.Candidates) > 0 {
		text.WriteString("\n\nOne of these Files may be the result:\n")
		text.WriteString(importCommands(failed.Candidates))
		text.WriteString("\nTo keep one, remove the tainted resource from the state (terraform state rm ADDRESS) and import it; " +
			"delete those that nobody needs through the API.")
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
	if d <= time.Minute {
		return "a minute"
	}
	return fmt.Sprintf("%d minutes", int64((d+time.Minute-1)/time.Minute))
}
