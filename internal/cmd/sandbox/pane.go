package main

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"github.com/connectnow/backend/internal/pages"
)

// paneFiles is the Customer pane and the sandbox's push service, which internal/cmd/pages makes of
// web/. They are embedded here and not in the pages, so that nothing of it, and no demo password, is in what is deployed. Without a
// build it is empty, and the pages are as they are deployed.
//
//go:embed all:dist
var paneFiles embed.FS

// phoneTag has browsers run the sandbox's push service before the pages; empty without a build.
var phoneTag = tag("dist/phone-*.js", `<script type="module" src="/sandbox/%s"></script>`)

// tag is a tag with the name of a file that was made; empty without one.
func tag(files, of string) string {
	found, err := fs.Glob(paneFiles, files)
	if err != nil || len(found) == 0 {
		return ""
	}
	return fmt.Sprintf(of, path.Base(found[0]))
}

// paneTags is what the documents of the pages get into their head; empty without a build.
var paneTags = tag("dist/pane-*.css", `<link rel="stylesheet" href="/sandbox/%s">`) +
	tag("dist/pane-*.js", `<script type="module" src="/sandbox/%s"></script>`)

// paneFile answers with a file of the pane.
func (s *sandbox) paneFile(none http.Handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("file")
		body, err := fs.ReadFile(paneFiles, "dist/"+name)
		if err != nil || !strings.HasPrefix(name, "pane-") && !strings.HasPrefix(name, "phone-") {
			none.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
		w.Header().Set("Cache-Control", "no-cache")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(body) // the browser may have gone
	}
}

// withPane serves the pages, with the pane in their documents.
func withPane(served http.Handler) http.Handler {
	if paneTags == "" {
		return served
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet || !pages.IsScreen(r.URL.Path) {
			served.ServeHTTP(w, r)
			return
		}
		r = r.Clone(r.Context())
		r.Header.Del("Accept-Encoding") // what is packed cannot be added to
		r.Header.Del("If-None-Match")
		page := &document{ResponseWriter: w}
		served.ServeHTTP(page, r)
		w.Header().Del("ETag") // of the document without
		if page.status != 0 {
			w.WriteHeader(page.status)
		}
		text := bytes.Replace(page.body.Bytes(), []byte("<script "), []byte(phoneTag+"\n<script "), 1)
		_, _ = w.Write(bytes.Replace(text, []byte("</head>"), []byte(paneTags+"\n</head>"), 1))
	})
}

// document holds back what is written.
type document struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (d *document) WriteHeader(status int)               { d.status = status }
func (d *document) Write(body []byte) (n int, err error) { return d.body.Write(body) }

// chatPage is where the links of the pane's chats lead.
const chatPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>A chat of the sandbox</title></head>
<body>
<h1>Here your own chat would open</h1>
<p>The assistant sends its address with an enquiry, as <code>connect.url</code>. In the sandbox you write as the customer yourself, in the pane named Customer.</p>
</body>
</html>
`

func chat(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	_, _ = w.Write([]byte(chatPage)) // the browser may have gone
}

// person is one who can sign in to the demo account.
type person struct {
	FirstName string `json:"firstName"`
	Role      string `json:"role"`
	Email     string `json:"email"`
	Password  string `json:"password"`
}

// demoPeople are those of a new sandbox. The pane has them from here, when it is shown.
func demoPeople() []person {
	list := []person{{ownerName, "owner", "owner@example.com", ownerPassword}}
	for _, name := range demoAgents {
		list = append(list, person{name, "staff", strings.ToLower(name) + "@example.com", agentPassword})
	}
	return list
}
