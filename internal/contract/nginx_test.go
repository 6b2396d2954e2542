// Copyright (c) The terraform-provider-openai authors.
// SPDX-License-Identifier: MPL-2.0

package contract_test

import (
	"crypto/x509"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/upload-backed/terraform-provider-openai/internal/acctest"
)

// nginxConfig serves without a daemon, from a folder of its own.
const nginxConfig = `daemon off;
master_process off;
pid DIR/nginx.pid;
error_log stderr notice;
events {}
http {
  access_log DIR/access.log;
  client_body_temp_path DIR/body;
  proxy_temp_path DIR/proxy;
  fastcgi_temp_path DIR/fastcgi;
  uwsgi_temp_path DIR/uwsgi;
  scgi_temp_path DIR/scgi;
  limit_req_zone $binary_remote_addr zone=few:1m rate=5r/s;
  upstream mock {
    server UPSTREAM;
    keepalive 8;
  }
  server {
    listen 127.0.0.1:PORT LISTEN;
    VARIANT
    location / {
      proxy_pass http://mock;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }
}
`

// TestAccNginx puts nginx between the provider and the mock.
func TestAccNginx(t *testing.T) {
	t.Parallel()
	binary, err := exec.LookPath("nginx")
	if err != nil {
		t.Skip("nginx is not installed")
	}
	const large = "client_max_body_size 65m; "
	for _, tt := range []struct {
		name, listen, variant string
		statuses              []string // Of answers that have to be there.
		refused               bool
	}{
		{"plain", "", large, nil, false},
		{"noBuffering", "", large + "proxy_request_buffering off;", nil, false},
		{"noKeepAlive", "", large + "keepalive_timeout 0;", nil, false},
		{"rate429", "", large + "limit_req zone=few burst=1 nodelay; limit_req_status 429;", []string{" 429 "}, false},
		{"rate503", "", large + "limit_req zone=few burst=1 nodelay;", []string{" 503 "}, false},
		{"http2", "ssl http2", large + "ssl_certificate DIR/ca.pem; ssl_certificate_key DIR/key.pem;", nil, false},
		{"tooLarge", "", "client_max_body_size 512k;", []string{" 413 "}, true},
		{"tooLargeByDefault", "", "", []string{" 413 "}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mock := acctest.Mock(t)
			dir, port := t.TempDir(), freePort(t)
			base := "http://127.0.0.1:" + port + "/v1"
			more := acctest.Variables{}
			if tt.listen != "" {
				more["ca_cert_file"] = acctest.String(certify(t, dir))
				base = strings.Replace(base, "http:", "https:", 1)
			}
			upstream := strings.TrimSuffix(strings.TrimPrefix(mock.URL(), "http://"), "/v1")
			config := strings.NewReplacer("LISTEN", tt.listen, "VARIANT", tt.variant).Replace(nginxConfig)
			config = strings.NewReplacer("UPSTREAM", upstream, "PORT", port, "DIR", dir).Replace(config)
			file := filepath.Join(dir, "nginx.conf")
			acctest.Rewrite(t, file, config)
			serve(t, port, binary, "-e", "stderr", "-p", dir, "-c", file)
			p := project(t, mock, base, more)
			if tt.refused {
				p.TryApply().WantFailure("413", "proxy", "part_size", "was cancelled; nothing is left")
				if uploads := mock.Uploads(); len(uploads) != 1 || uploads[0].Status != "cancelled" || len(mock.Files()) != 0 {
					t.Errorf("Uploads: %+v", uploads)
				}
			} else {
				wantLife(t, p)
			}
			log, err := os.ReadFile(filepath.Join(dir, "access.log"))
			if err != nil {
				t.Fatal(err)
			}
			for _, status := range append(tt.statuses, " 200 ") {
				if !strings.Contains(string(log), status) {
					t.Errorf("no answer has the status%s:\n%s", status, log)
				}
			}
		})
	}
}

// certify writes a certificate for this machine to DIR/ca.pem and its key to DIR/key.pem, and
// returns the path of the first.
func certify(t *testing.T, dir string) string {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	key, err := x509.MarshalPKCS8PrivateKey(server.TLS.Certificates[0].PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(dir, "ca.pem")
	acctest.Rewrite(t, ca, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	acctest.Rewrite(t, filepath.Join(dir, "key.pem"), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
	return ca
}
