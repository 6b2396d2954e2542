// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package openaitest

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// FuzzForm compares what is kept of a Part with what mime/multipart reads.
func FuzzForm(f *testing.F) {
	for _, body := range []string{
		"--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"x\"\r\nContent-Type: text/plain\r\n\r\nabc\r\n--b--\r\n",
		"--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"x\"\r\nContent-Type: text/plain\r\n\r\n\r\n--b\r\n--b--",
		"--b--", "", "--b\nContent-Disposition: form-data\n\nabc\n--b--\n", "preamble\r\n--b\r\n\r\n\r\n--b--",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		s := New(Options{})
		defer s.Close()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/uploads/u/parts", bytes.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		x := s.begin(httptest.NewRecorder(), r)
		defer s.end(x) // Close waits for it.
		kept, n, err := x.readPart("part")
		if err != nil {
			if kept != nil {
				t.Errorf("%v, and content was kept", err)
			}
			return
		}
		form := multipart.NewReader(bytes.NewReader(body), "b")
		part, err := form.NextRawPart()
		if err != nil {
			t.Fatal(err)
		}
		want, err := io.ReadAll(part)
		if _, end := form.NextRawPart(); err != nil || end != io.EOF {
			t.Fatal(err, end)
		}
		content, _ := kept.open()
		if got, _ := io.ReadAll(content); !bytes.Equal(got, want) || n != int64(len(want)) || part.FormName() != "data" {
			t.Errorf("%q, want %q", got, want)
		}
	})
}

// FuzzJSONBody compares the strict decoder with encoding/json.
func FuzzJSONBody(f *testing.F) {
	for _, body := range []string{`{"a":1,"b":[true,null,{"c":"d"}]}`, `{"a":1,"a":2}`, `{"a":1}{}`, "[]", "", `{"a":`, `{"":{}}`, "{\"\xff\":1}", `{"a":]}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		m, apiErr := decodeObject(body)
		if apiErr != nil {
			return
		}
		var want map[string]any
		if err := json.Unmarshal(body, &want); err != nil {
			t.Fatalf("%v for %q", err, body)
		}
		if len(m) != len(want) {
			t.Errorf("%v, want %v", m, want)
		}
	})
}

// FuzzState starts a server with a log that something else wrote.
func FuzzState(f *testing.F) {
	for _, log := range []string{
		`{"file":{"ID":"file-a","kept":[{"name":"x","bytes":1}]}}` + "\n", `{"upload":{"ID":"u","kept":{"p":{"name":"../x"}}}}` + "\n", "{}\n", "{", "[]\n",
		`{"upload":{"ID":"u"}}` + "\n" + `{"part":{"id":"p","upload_id":"u","name":"../x","bytes":1}}` + "\n",
		`{"removed":"file-a"}` + "\n" + `{"clock_offset":1}` + "\n", `{"request":{}}` + "\n",
	} {
		f.Add([]byte(log))
	}
	f.Fuzz(func(t *testing.T, log []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, stateName), log, 0o600); err != nil {
			t.Fatal(err)
		}
		s := New(Options{Dir: dir})
		defer s.Close()
		_, _, _ = s.Files(), s.Uploads(), s.Journal()
	})
}

func FuzzFaults(f *testing.F) {
	for _, text := range []string{`[{"op":"add_part","status":500,"delay":"1s"}]`, `[{"set":{"a":{"b":1}}}]`, `[{"where":{"body":1},"hang":true}]`, "[1]", "{}", ""} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		faults, err := ParseFaults(text)
		if err != nil {
			return
		}
		s := New(Options{})
		defer s.Close()
		for _, fault := range faults {
			if !fault.acts() {
				t.Errorf("%+v does nothing", fault)
			}
			fault.matches(&Request{Op: OpAddPart})
		}
	})
}
