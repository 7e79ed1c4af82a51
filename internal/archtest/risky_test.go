package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// risky are beginnings of import paths that nothing of ours that is deployed may import, with the few
// that do: programs that are started, memory that nobody looks after, formats that run or fetch what they
// are told, ciphers and hashes that are broken, and numbers that can be guessed.
var risky = map[string][]string{
	"os/exec": nil, "plugin": nil, "unsafe": nil, "C": nil,
	"encoding/xml": nil, "encoding/gob": nil, "text/template": nil, "html/template": nil,
	"database/sql": nil, "net/rpc": nil, "net/smtp": nil,
	"crypto/des": nil, "crypto/dsa": nil, "crypto/md5": nil, "crypto/rc4": nil, "crypto/tls": nil,
	"crypto/sha1": {
		"internal/totp", // an HMAC, as authenticator apps have it: RFC 6238
		"internal/desk", // a UUID of version 5, as RFC 9562 has it
	},
	"math/rand": {"internal/cloud"}, // how long to wait before another try
}

// ofOthers are beginnings of import paths of all that ours may import of others there. None of them
// speaks GraphQL, WebSocket, WebRTC, LDAP or a language for queries.
var ofOthers = []string{
	"github.com/aws/aws-lambda-go", "github.com/aws/aws-sdk-go-v2", "github.com/aws/smithy-go",
	"github.com/modelcontextprotocol/go-sdk/mcp", "golang.org/x/net/idna", "golang.org/x/text/unicode/norm",
}

// riskyUses are what no function does with packages that it may import: it writes no file, ciphers by
// AES-GCM alone, and turns no check of certificates off.
var riskyUses = []string{
	"os.Create", "os.CreateTemp", "os.WriteFile", "os.OpenFile", "os.Mkdir", "os.MkdirAll", "os.MkdirTemp", "os.Rename", "os.StartProcess",
	"cipher.NewCBCDecrypter", "cipher.NewCBCEncrypter", "cipher.NewCFBDecrypter", "cipher.NewCFBEncrypter", "cipher.NewCTR", "cipher.NewOFB",
}

// TestLambdasImportNothingRisky looks through all of ours that a function links.
func TestLambdasImportNothingRisky(t *testing.T) {
	all := packages(t)
	linked := map[string]string{}
	for folder := range all {
		if isLambda(folder) {
			linked[module+"/"+folder] = folder
			follow(all, folder, linked)
		}
	}
	looked := 0
	for path := range linked {
		folder, is := own(path)
		if !is {
			continue
		}
		looked++
		p := all[folder]
		for _, imported := range p.Imports {
			if wrong := judgeImport(folder, imported); wrong != "" {
				t.Errorf("%s imports %s%s", folder, imported, wrong)
			}
		}
		for _, name := range p.GoFiles {
			judgeUses(t, filepath.Join(p.Dir, name))
		}
	}
	if looked < 30 {
		t.Errorf("looked at only %d packages", looked)
	}
}

// judgeImport tells what is wrong with an import, or nothing.
func judgeImport(folder, imported string) (wrong string) {
	begins := func(start string) bool { return imported == start || strings.HasPrefix(imported, start+"/") }
	for start, allowed := range risky {
		if begins(start) && !slices.Contains(allowed, folder) {
			return ", which is risky"
		}
	}
	first, _, _ := strings.Cut(imported, "/")
	if _, is := own(imported); !is && strings.Contains(first, ".") && !slices.ContainsFunc(ofOthers, begins) {
		return ", which is not among ofOthers"
	}
	return ""
}

func judgeUses(t *testing.T, file string) {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch v := n.(type) {
		case *ast.SelectorExpr:
			if of, is := v.X.(*ast.Ident); is && slices.Contains(riskyUses, of.Name+"."+v.Sel.Name) {
				t.Errorf("%s uses %s.%s", file, of.Name, v.Sel.Name)
			}
		case *ast.Ident:
			if v.Name == "InsecureSkipVerify" {
				t.Errorf("%s turns the check of certificates off", file)
			}
		}
		return true
	})
}

// otherWays are what pages could speak or listen by besides fetch to their own origin, and what leads
// away from it. Messages are heard of workers and tabs of the origin alone, never of a window.
var otherWays = regexp.MustCompile(`WebSocket|EventSource|WebTransport|RTCPeerConnection|RTCDataChannel|sendBeacon|XMLHttpRequest|importScripts|DOMParser|document\.domain` +
	`|window\.open\(|location\.(?:href|assign|replace)\b\(?\s*=?\s*['"\x60]?https?:|(?:window|parent|opener|top)\.postMessage|window\.(?:onmessage|addEventListener\('message)|fetch\(['"\x60]https?:`)

// TestPagesHaveNoOtherWay looks through the sources of the pages.
func TestPagesHaveNoOtherWay(t *testing.T) {
	looked := 0
	for _, pattern := range []string{"*.ts", "*.tsx"} {
		files, err := filepath.Glob(filepath.Join(moduleRoot(t), "internal/pages/web", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			looked++
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if way := otherWays.Find(text); way != nil {
				t.Errorf("%s has %s", filepath.Base(file), way)
			}
		}
	}
	if looked < 50 {
		t.Errorf("looked at only %d files", looked)
	}
}

// TestRiskyIsJudged shows that what the two tests hold can be broken.
func TestRiskyIsJudged(t *testing.T) {
	for _, c := range []struct {
		folder, imported string
		wrong            bool
	}{
		{"internal/desk", "strings", false},
		{"internal/desk", "os/exec", true},
		{"internal/cloud", "math/rand/v2", false},
		{"internal/desk", "math/rand/v2", true},
		{"internal/desk", "golang.org/x/net/idna", false},
		{"internal/desk", "golang.org/x/net/websocket", true},
		{"internal/desk", module + "/internal/keys", false},
	} {
		if got := judgeImport(c.folder, c.imported); (got != "") != c.wrong {
			t.Errorf("%s imports %s: %q", c.folder, c.imported, got)
		}
	}
	for text, want := range map[string]bool{
		`new WebSocket(url)`: true, `fetch('https://elsewhere.example')`: true, `location.href = "https://elsewhere.example"`: true,
		`window.addEventListener('message', hear)`: true, `fetch('/v1/me')`: false, `location.assign(path)`: false, `w.postMessage(o)`: false,
	} {
		if got := otherWays.MatchString(text); got != want {
			t.Errorf("%s: %t", text, got)
		}
	}
}
