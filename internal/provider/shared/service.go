// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package shared

import (
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/upload-backed/terraform-provider-openai/internal/engine"
	"github.com/upload-backed/terraform-provider-openai/internal/openai"
)

// Service is one provider configuration, ready for use. A configuration that
// can't be used yet isn't an error until a resource needs it, so that a plan
// that doesn't call the API works.
type Service struct {
	client   *openai.Client
	uploader *engine.Uploader
	missing  diag.Diagnostic
	started  time.Time

	inspected sync.Map // By path, what [Service.InspectFile] has found.

	mu       sync.Mutex
	replaced []replaced
}

// Successor is the upload that takes a File's place. Fields are empty where they
// were unknown when it was planned.
type Successor struct {
	Path     string `json:"path,omitempty"`
	Filename string `json:"filename,omitempty"`
	Purpose  string `json:"purpose,omitempty"`

	// SHA256 is that of content in the configuration.
	SHA256 string `json:"sha256,omitempty"`
}

// replaced is a File that was deleted to make room for next.
type replaced struct {
	id   string
	next Successor
}

// NoteReplaced notes that a File was deleted to be replaced by next. Terraform
// passes nothing of this to the upload that follows.
func (s *Service) NoteReplaced(fileID string, next Successor) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replaced = append(s.replaced, replaced{id: fileID, next: next})
}

// ReplacedBy returns the IDs of the Files that were noted for an upload like
// next: none for a new File, several where uploads of one run are alike.
func (s *Service) ReplacedBy(next Successor) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for _, r := range s.replaced {
		if r.next.matches(next) {
			ids = append(ids, r.id)
		}
	}
	return ids
}

// ForgetReplaced forgets one File that was noted for an upload like next, once
// that has succeeded.
func (s *Service) ForgetReplaced(next Successor) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.IndexFunc(s.replaced, func(r replaced) bool { return r.next.matches(next) }); i >= 0 {
		s.replaced = slices.Delete(s.replaced, i, i+1)
	}
}

// matches reports whether f, as it was planned, is next. Only the path may have
// been unknown: without a name nothing identifies it.
func (f Successor) matches(next Successor) bool {
	return f.Filename == next.Filename && f.Purpose == next.Purpose && (f.Path == "" || f.Path == next.Path) && f.SHA256 == next.SHA256
}

// MayBeOfThisRun reports whether file may have been made since the provider was
// configured, so that it may belong to a resource that isn't in the state yet. What
// counts is the service's clock, which shows whole seconds.
func (s *Service) MayBeOfThisRun(file engine.File) bool {
	now := file.AsOf
	if now.IsZero() {
		now = time.Now()
	}
	const precision = time.Second
	return s.uploader.Claims.Has(file) || file.CreatedAt.After(now.Add(-time.Since(s.started)-2*precision))
}

// NewService returns the Service of a complete configuration.
func NewService(client *openai.Client, uploader *engine.Uploader) *Service {
	return &Service{client: client, uploader: uploader, started: time.Now()}
}

// Unavailable returns a Service that answers each use with reason.
func Unavailable(reason diag.Diagnostic) *Service {
	return &Service{missing: reason}
}

// Configured returns what the provider handed to a resource, data source, list or
// ephemeral resource: data is its request's ProviderData. It is nil while the
// provider isn't configured, which [Service.Client] reports as an error.
func Configured(data any, diags *diag.Diagnostics) *Service {
	// Validation comes before the provider is configured.
	if data == nil {
		return nil
	}
	service, ok := data.(*Service)
	if !ok {
		diags.AddError("Provider not configured",
			"Something other than the provider's service was handed over. This is a bug in the provider: please report it.")
	}
	return service
}

// Client returns the API client, or false with an error in diags.
func (s *Service) Client(diags *diag.Diagnostics) (*openai.Client, bool) {
	if !s.usable(diags) {
		return nil, false
	}
	return s.client, true
}

// Uploader returns the upload engine, or false with an error in diags.
func (s *Service) Uploader(diags *diag.Diagnostics) (*engine.Uploader, bool) {
	if !s.usable(diags) {
		return nil, false
	}
	return s.uploader, true
}

func (s *Service) usable(diags *diag.Diagnostics) bool {
	switch {
	case s == nil:
		diags.AddError("Provider not configured",
			"The provider was asked for a resource before it was configured. This is a bug in the provider: please report it.")
	case s.missing != nil:
		diags.Append(s.missing)
	default:
		return true
	}
	return false
}
