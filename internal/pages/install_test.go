package pages

import (
	"encoding/json"
	"fmt"
	"image/png"
	"net/http"
	"strings"
	"testing"
)

// The pages can be put on a home screen: what browsers want of the manifest is in it, each icon has the
// size that it says, and the document names them
// (https://web.dev/articles/install-criteria). In the story of the phone Chromium says so itself.
func TestInstallable(t *testing.T) {
	files := built(t)
	var m struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		Short    string `json:"short_name"`
		StartURL string `json:"start_url"`
		Scope    string `json:"scope"`
		Display  string `json:"display"`
		Icons    []struct{ Src, Sizes, Type, Purpose string }
	}
	if err := json.Unmarshal([]byte(files["manifest.webmanifest"]), &m); err != nil {
		t.Fatal(err)
	}
	if m.ID != "/" || m.Name == "" || m.Short == "" || m.StartURL != "/me" || m.Scope != "/" || m.Display != "standalone" {
		t.Errorf("manifest: %+v", m)
	}
	var icons []string
	for _, i := range m.Icons {
		drawn, err := png.Decode(strings.NewReader(files[strings.TrimPrefix(i.Src, "/")]))
		if err != nil {
			t.Fatalf("%s: %v", i.Src, err)
		}
		size := fmt.Sprintf("%dx%d", drawn.Bounds().Dx(), drawn.Bounds().Dy())
		if i.Sizes != size || i.Type != "image/png" {
			t.Errorf("%s is %s, the manifest says %s of %s", i.Src, size, i.Sizes, i.Type)
		}
		icons = append(icons, i.Purpose+" "+i.Sizes)
		_, _, _, corner := drawn.At(0, 0).RGBA()
		if fills := corner == 0xffff; fills != (i.Purpose == "maskable") {
			t.Errorf("%s for %s: its corner is filled: %t", i.Src, i.Purpose, fills)
		}
	}
	if got := strings.Join(icons, ", "); got != "any 192x192, any 512x512, maskable 512x512" {
		t.Errorf("icons: %s", got)
	}
	for _, want := range []string{`<link rel="manifest" href="/manifest.webmanifest">`, `<link rel="apple-touch-icon" href="/assets/icon-maskable-`} {
		if !strings.Contains(files[document], want) {
			t.Errorf("the document has no %s", want)
		}
	}
}

// The worker that rings is asked for again each time, has the whole origin for its scope since it lies
// at the root, and handles no fetch: nobody may be shown pages of yesterday.
func TestServiceWorker(t *testing.T) {
	text := built(t)["sw.js"]
	for _, event := range []string{"push", "notificationclick", "pushsubscriptionchange"} {
		if !strings.Contains(text, `addEventListener("`+event+`"`) {
			t.Errorf("the worker handles no %s", event)
		}
	}
	if strings.Contains(text, `addEventListener("fetch"`) || strings.Contains(text, "onfetch") {
		t.Error("the worker handles fetches")
	}
	s := New(true)
	for name, kind := range map[string]string{"/sw.js": "text/javascript; charset=utf-8", "/manifest.webmanifest": "application/manifest+json"} {
		r := get(s, http.MethodGet, name)
		if r.StatusCode != http.StatusOK || r.Header.Get("Cache-Control") != askAgain || r.Header.Get("Content-Type") != kind ||
			r.Header.Get("Content-Security-Policy") != promised["Content-Security-Policy"] {
			t.Errorf("%s: %d %v", name, r.StatusCode, r.Header)
		}
	}
}
