// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openai

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

// FuzzPage compares the streaming reader of lists with encoding/json.
func FuzzPage(f *testing.F) {
	for _, body := range []string{
		`{"object":"list","data":[{"id":"file-1","bytes":1},{"id":"file-2","expires_at":null}],"has_more":true}`, `{"data":[]}`, `{"data":null}`,
		`{"data":[{}]}`, `{"data":[{"id":"a"}],"data":[{"id":"b"}]}`, `{"has_more":"yes","data":[]}`, `{"data":[]} {}`, `{"data":[`, "", "<html>", "[]",
		`{"data":[{"id":"a","bytes":1e300,"created_at":-0.5}]}`, `{"Data":[{"ID":"a"}]}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		files, more, err := decodePage(bytes.NewReader(body))
		if err != nil {
			return
		}
		var want struct {
			Data    []fileObject `json:"data"`
			HasMore bool         `json:"has_more"`
		}
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatalf("%v for %q", err, body)
		}
		if strings.Count(strings.ToLower(string(body)), `"data"`) == 1 && len(want.Data) != len(files) {
			t.Errorf("%d Files, want %d, of %q", len(files), len(want.Data), body)
		}
		if more && !want.HasMore && !bytes.Contains(body, []byte(`has_more`)) {
			t.Errorf("there is more in %q", body)
		}
		for _, file := range files {
			if file.ID == "" {
				t.Errorf("a File without an ID in %q", body)
			}
		}
	})
}

// FuzzUploadAnswer has an Upload that nobody should trust.
func FuzzUploadAnswer(f *testing.F) {
	for _, body := range []string{
		pending, `{"id":"..","file":{"id":""}}`, `{"id":null,"status":1}`, `{"id":"u","created_at":1e400}`, `{"file":{"id":"f","bytes":-1.5}}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var object uploadObject
		if json.Unmarshal(body, &object) != nil {
			return
		}
		answer := object.upload()
		if answer.ID == "." || answer.ID == ".." || answer.File != nil && answer.File.ID == "" {
			t.Errorf("%+v of %q", answer, body)
		}
	})
}

// FuzzTokenRefusal has a refusal that quotes the subject token.
func FuzzTokenRefusal(f *testing.F) {
	for _, body := range []string{
		`{"error":"invalid_grant","error_description":"token x.y.z"}`, `{"error":{"code":"a b","message":"x.y.z"}}`, `{"error":"ey.x"}`, "", "<html>",
	} {
		f.Add([]byte(body))
	}
	code := regexp.MustCompile(`^[a-z_]{0,128}$`)
	f.Fuzz(func(t *testing.T, body []byte) {
		if got := errorCode(bytes.NewReader(body)); !code.MatchString(got) {
			t.Errorf("%q of %q", got, body)
		}
	})
}
