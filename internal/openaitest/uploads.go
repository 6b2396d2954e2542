// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"crypto/md5" //nolint:gosec // the API's checksum
	"encoding/hex"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
)

// purposes are those that the service names when it refuses another, in its
// order (recorded).
var purposes = [...]string{"fine-tune", "assistants", "batch", "user_data", "vision", "evals"}

// createUpload is POST /uploads.
func (x *exchange) createUpload() (answer, error) {
	f := &fields{m: x.fields}
	f.only("filename", "purpose", "bytes", "mime_type", "expires_after")
	u := &upload{parts: map[string]part{}}
	u.Filename, u.Purpose = f.filename(), f.purpose(x.s.opts.Purposes)
	u.Bytes = f.integer("bytes", 1, MaxUploadBytes)
	u.MIMEType = f.text("mime_type")
	if media, _, err := mime.ParseMediaType(u.MIMEType); err != nil || !strings.Contains(media, "/") {
		f.fail("mime_type", "", "Invalid 'mime_type': it must be of the form type/subtype.")
	}
	u.fileLives = f.lifetime(u.Purpose)
	if f.err != nil {
		return answer{}, f.err
	}
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	u.ID = hexID("upload_")
	u.CreatedAt = x.s.now().UTC().Truncate(time.Second)
	u.ExpiresAt = u.CreatedAt.Add(UploadLifetime)
	u.Status = pending
	x.s.uploads[u.ID] = u
	x.s.uploadOrder = append(x.s.uploadOrder, u.ID)
	x.s.saveUpload(u)
	x.entry.UploadID = u.ID
	return jsonAnswer(http.StatusOK, u.json()), nil
}

// filename reads the name of a File.
func (f *fields) filename() string {
	name := f.text("filename")
	if strings.ContainsAny(name, `/\`) || strings.ContainsFunc(name, unicode.IsControl) {
		f.fail("filename", "", "Invalid 'filename': separators and control characters aren't allowed.")
	}
	return name
}

// purpose reads the purpose of a File, which may be one of more.
func (f *fields) purpose(more []string) string {
	purpose := f.text("purpose")
	if f.err == nil && !slices.Contains(purposes[:], purpose) && !slices.Contains(more, purpose) {
		f.fail("purpose", "", "'%s' is not one of ['%s'] - 'purpose'", purpose, strings.Join(purposes[:], "', '"))
	}
	return purpose
}

// lifetime reads how long a File with a purpose lives; 0 is for ever.
func (f *fields) lifetime(purpose string) time.Duration {
	if _, given := f.m["expires_after"]; !given {
		if purpose == "batch" {
			return BatchFileLifetime
		}
		return 0
	}
	after := f.object("expires_after")
	after.only("anchor", "seconds")
	if anchor := after.text("anchor"); anchor != "created_at" {
		after.fail("anchor", "invalid_value", "'%s' is not one of ['created_at'] - 'expires_after.anchor'", anchor)
	}
	seconds := after.integer("seconds", 3600, 2592000)
	if f.err == nil {
		f.err = after.err
	}
	return time.Duration(seconds) * time.Second
}

// open returns the request's Upload if it is still pending; s.mu is held.
func (x *exchange) open() (*upload, *apiError) {
	u := x.s.uploads[x.route.uploadID]
	if u == nil {
		e := refused(http.StatusNotFound, "No such Upload object: %s", x.route.uploadID)
		e.param = "upload_id"
		return nil, e
	}
	if state := x.s.state(u); state != pending {
		return u, invalid("upload_id", "Upload %s is %s.", u.ID, state)
	}
	return u, nil
}

// openNow is open for callers that don't hold s.mu.
func (x *exchange) openNow() (*upload, *apiError) {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	return x.open()
}

// addPart is POST /uploads/{id}/parts.
func (x *exchange) addPart() (answer, error) {
	if _, err := x.openNow(); err != nil {
		return answer{}, err
	}
	id := hexID("part_")
	b, n, err := x.readPart(id)
	x.note(func(r *Request) { r.PartBytes = n })
	if err != nil {
		return answer{}, err
	}
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	u, apiErr := x.open() // it may have ended meanwhile
	switch {
	case apiErr != nil:
	case n > u.Bytes:
		apiErr = invalid("data", "The part has %d bytes, more than the %d of the whole Upload.", n, u.Bytes)
	case u.Received+n > MaxUploadBytes:
		apiErr = invalid("data", "The parts of Upload %s would exceed %d bytes.", u.ID, int64(MaxUploadBytes))
	}
	if apiErr != nil {
		discard(b)
		return answer{}, apiErr
	}
	u.add(id, part{n, b})
	x.s.save(change{Part: &savedPart{savedBlob: savedBlob{nameOf(b), n}, ID: id, UploadID: u.ID}})
	x.entry.PartID = id
	return jsonAnswer(http.StatusOK, partJSON{
		ID: id, Object: "upload.part", CreatedAt: x.s.now().Unix(), UploadID: u.ID,
	}), nil
}

// completeUpload is POST /uploads/{id}/complete.
func (x *exchange) completeUpload() (answer, error) {
	u, apiErr := x.openNow()
	if apiErr != nil {
		return answer{}, apiErr
	}
	f := &fields{m: x.fields}
	f.only("part_ids", "md5")
	ids := f.texts("part_ids")
	sum := ""
	if _, given := x.fields["md5"]; given {
		sum = f.text("md5")
		if b, err := hex.DecodeString(sum); err != nil || len(b) != md5.Size {
			f.fail("md5", "", "Invalid 'md5': it must be 32 hexadecimal digits.")
		}
	}
	if f.err != nil {
		return answer{}, f.err
	}
	u.turn.Lock()
	defer u.turn.Unlock()
	blobs, apiErr := x.collect(ids)
	if apiErr != nil {
		return answer{}, apiErr
	}
	if sum != "" && !x.s.opts.Discard {
		got, err := digest(blobs)
		if err != nil {
			return answer{}, err
		}
		if !strings.EqualFold(got, sum) {
			return answer{}, invalid("md5", "The md5 of the parts is %s, not %s.", got, sum)
		}
	}
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	if u, apiErr = x.open(); apiErr != nil { // it may have expired meanwhile
		return answer{}, apiErr
	}
	made := x.s.fileOf(u, blobs)
	u.PartIDs, u.FileID = ids, made.ID
	x.s.conclude(u, completed, made)
	x.entry.FileID = made.ID
	body := u.json()
	wire := made.json()
	body.File = &wire
	return jsonAnswer(http.StatusOK, body), nil
}

// collect checks that the Parts named are what the Upload announced, and
// returns their content, nil if the server keeps none.
func (x *exchange) collect(ids []string) ([]blob, *apiError) {
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	u, apiErr := x.open()
	if apiErr != nil {
		return nil, apiErr
	}
	var blobs []blob
	var total int64
	seen := map[string]bool{}
	for _, id := range ids {
		p, known := u.parts[id]
		switch {
		case !known:
			return nil, invalid("part_ids", "Upload %s has no part %s.", u.ID, id)
		case seen[id]:
			return nil, invalid("part_ids", "Part %s is named twice.", id)
		}
		seen[id] = true
		total += p.bytes
		if p.blob != nil {
			blobs = append(blobs, p.blob)
		}
	}
	if total != u.Bytes {
		return nil, invalid("part_ids", "The parts have %d bytes, not the %d of the Upload.", total, u.Bytes)
	}
	return blobs, nil
}

// fileOf makes the File of an Upload that is being completed; s.mu is held. Its created_at is
// the Upload's (recorded).
func (s *Server) fileOf(u *upload, blobs []blob) *file {
	f := &file{
		File: File{
			ID: fileID(), Bytes: u.Bytes, CreatedAt: u.CreatedAt, Filename: u.Filename, Purpose: u.Purpose,
			Status: "processed", MIMEType: u.MIMEType, UploadID: u.ID,
		},
		blobs:      blobs,
		processing: s.opts.Processing,
	}
	if u.fileLives > 0 {
		f.ExpiresAt = u.CreatedAt.Add(u.fileLives)
	}
	s.addFile(f)
	return f
}

// digest is the md5 of blobs in their order, in hex.
func digest(blobs []blob) (string, error) {
	h := md5.New() //nolint:gosec // the API's checksum
	r := &chain{rest: blobs}
	defer func() { _ = r.Close() }()
	if _, err := io.Copy(h, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// cancelUpload is POST /uploads/{id}/cancel.
func (x *exchange) cancelUpload() (answer, error) {
	u, apiErr := x.openNow()
	if apiErr != nil {
		return answer{}, apiErr
	}
	u.turn.Lock()
	defer u.turn.Unlock()
	x.s.mu.Lock()
	defer x.s.mu.Unlock()
	if u, apiErr = x.open(); apiErr != nil { // it may have been completed meanwhile
		return answer{}, apiErr
	}
	x.s.conclude(u, cancelled, nil)
	return jsonAnswer(http.StatusOK, u.json()), nil
}
