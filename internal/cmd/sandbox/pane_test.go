package main

import (
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPaneStaysHere looks for the demo passwords in all that is embedded or made into it, and for
// the pane in the pages, which are deployed.
func TestPaneStaysHere(t *testing.T) {
	t.Parallel()
	passwords := []string{ownerPassword, agentPassword}
	pane := []string{"sandbox-pane", "/sandbox", "machineToken"}
	for _, tt := range []struct {
		folder  string
		without []string
	}{
		{"../../pages/web", append(pane, passwords...)},
		{"../../pages/dist", append(pane, passwords...)},
		{"../../../dist", pane[:1]}, // functions have the demo passwords too, as examples in the contract
		{"web", passwords},
		{"dist", passwords},
	} {
		t.Run(tt.folder, func(t *testing.T) {
			t.Parallel()
			err := filepath.WalkDir(tt.folder, func(name string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() || d.Type()&fs.ModeSymlink != 0 {
					return err
				}
				text, err := os.ReadFile(name)
				for _, word := range tt.without {
					if strings.Contains(string(text), word) {
						t.Errorf("%s has %q", name, word)
					}
				}
				return err
			})
			if err != nil && !os.IsNotExist(err) {
				t.Error(err)
			}
		})
	}
}

// TestPaneInDocuments looks at a document and the files that it names; without a build there are
// none.
func TestPaneInDocuments(t *testing.T) {
	t.Parallel()
	const before = "<!doctype html><head><title>x</title></head>"
	served := withPane(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `"x"`)
		_, _ = io.WriteString(w, before) // a recorder
	}))
	get := func(path string) *http.Response {
		r, w := httptest.NewRequest(http.MethodGet, path, nil), httptest.NewRecorder()
		r.Header.Set("Accept-Encoding", "br")
		served.ServeHTTP(w, r)
		return w.Result()
	}
	body, _ := io.ReadAll(get("/me").Body) // a recorder's
	if want := strings.Replace(before, "</head>", paneTags+"\n</head>", 1); paneTags != "" && string(body) != want {
		t.Errorf("/me is\n%s\nwant\n%s", body, want)
	}
	body, _ = io.ReadAll(get("/v1/me").Body)
	if string(body) != before {
		t.Errorf("/v1/me is %s, want it as it was", body)
	}
}

// TestPeople signs in as all whom GET /sandbox names.
func TestPeople(t *testing.T) {
	t.Parallel()
	_, server := newSandbox(t)
	_, body := send(t, http.MethodGet, server.URL+"/sandbox", "")
	var about struct{ People []person }
	if err := json.Unmarshal([]byte(body), &about); err != nil || len(about.People) != 4 {
		t.Fatalf("got %v %s, want four people", err, body)
	}
	for _, p := range about.People {
		pair, err := json.Marshal(map[string]string{"email": p.Email, "password": p.Password})
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ Member person }
		if _, body = send(t, http.MethodPost, server.URL+"/v1/login", string(pair)); json.Unmarshal([]byte(body), &got) != nil {
			t.Errorf("%s is answered %s", p.Email, body)
		}
		p.Password = ""
		if diff := cmp.Diff(p, got.Member); diff != "" {
			t.Errorf("(-told +is) %s", diff)
		}
	}
}
