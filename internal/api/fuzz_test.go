package api

import (
	"errors"
	"go/ast"
	goparser "go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

// Every reader has a target of its own, so that `make fuzz` gives each its minute.
func FuzzAction(f *testing.F)       { fuzz(f, "action") }
func FuzzCredentials(f *testing.F)  { fuzz(f, "credentials") }
func FuzzRefresh(f *testing.F)      { fuzz(f, "refresh") }
func FuzzLogout(f *testing.F)       { fuzz(f, "logout") }
func FuzzCurrent(f *testing.F)      { fuzz(f, "current") }
func FuzzOTP(f *testing.F)          { fuzz(f, "otp") }
func FuzzTOTPEnd(f *testing.F)      { fuzz(f, "totpEnd") }
func FuzzForgotten(f *testing.F)    { fuzz(f, "forgotten") }
func FuzzReset(f *testing.F)        { fuzz(f, "reset") }
func FuzzMyPassword(f *testing.F)   { fuzz(f, "myPassword") }
func FuzzPassword(f *testing.F)     { fuzz(f, "password") }
func FuzzMember(f *testing.F)       { fuzz(f, "member") }
func FuzzMe(f *testing.F)           { fuzz(f, "me") }
func FuzzNewMember(f *testing.F)    { fuzz(f, "newMember") }
func FuzzOwner(f *testing.F)        { fuzz(f, "owner") }
func FuzzEmail(f *testing.F)        { fuzz(f, "email") }
func FuzzCode(f *testing.F)         { fuzz(f, "code") }
func FuzzDepartment(f *testing.F)   { fuzz(f, "department") }
func FuzzRenaming(f *testing.F)     { fuzz(f, "renaming") }
func FuzzPresence(f *testing.F)     { fuzz(f, "presence") }
func FuzzDevice(f *testing.F)       { fuzz(f, "device") }
func FuzzOffer(f *testing.F)        { fuzz(f, "offer") }
func FuzzSighting(f *testing.F)     { fuzz(f, "sighting") }
func FuzzDecline(f *testing.F)      { fuzz(f, "decline") }
func FuzzTransfer(f *testing.F)     { fuzz(f, "transfer") }
func FuzzFiling(f *testing.F)       { fuzz(f, "filing") }
func FuzzCompletion(f *testing.F)   { fuzz(f, "completion") }
func FuzzDrill(f *testing.F)        { fuzz(f, "drill") }
func FuzzAttempt(f *testing.F)      { fuzz(f, "attempt") }
func FuzzNote(f *testing.F)         { fuzz(f, "note") }
func FuzzDismissal(f *testing.F)    { fuzz(f, "dismissal") }
func FuzzNothing(f *testing.F)      { fuzz(f, "nothing") }
func FuzzAccount(f *testing.F)      { fuzz(f, "account") }
func FuzzProvision(f *testing.F)    { fuzz(f, "provision") }
func FuzzUnlock(f *testing.F)       { fuzz(f, "unlock") }
func FuzzAssistantKey(f *testing.F) { fuzz(f, "assistantKey") }
func FuzzConnecting(f *testing.F)   { fuzz(f, "connecting") }
func FuzzHours(f *testing.F)        { fuzz(f, "workingHours") }
func FuzzAssistant(f *testing.F)    { fuzz(f, "assistant") }

// seeds are a whole body for every reader, and bodies that are odd.
var seeds = []string{
	wholeRequest, leastRequest, `{}`, `[]`, `{"a":1,"a":2}`, `{"email":"a@b","password":"x"}`, `{"email":"Ａ@ｂ。ｃ"}`,
	`{"action":"append","messages":[{}]}`, `{"action":"end","accountId":"acc_a","escalationId":"esc_a","callback":true}`,
	`{"refreshToken":"x","deviceId":"phone-1"}`, `{"email":"a@b.c","code":"1","password":"Word-Word-1","confirmPassword":"Word-Word-1"}`,
	`{"currentPassword":"x","password":"Word-Word-1","confirmPassword":"Word-Word-2"}`,
	`{"firstName":"A","lastName":"B","email":"a@b.c","role":"staff","departmentIds":["dep_a"],"password":"Word-Word-1","confirmPassword":"Word-Word-1"}`,
	`{"capacity":{"calls":1,"chats":20},"departmentIds":["dep_a","dep_a"]}`, `{"memberId":"mem_a"}`, `{"name":" Kids "}`, `{"status":"online"}`,
	`{"platform":"fcm","token":"t","voipToken":null}`, `{"offer":1,"reason":"busy"}`, `{"escalationId":"esc_a","offer":"1","proof":"AQ"}`, `{"departmentId":"dep_a","note":"\ud800\\"}`,
	`{"outcome":"resolved","note":"n","verdict":"right"}`, `{"channel":"call","memberId":"mem_a"}`,
	`{"name":1,"timeZone":"Asia/Kolkata","holidays":["2026-12-25"],"activeMinutes":{"call":1}}`,
	`{"timeZone":"Asia/Kolkata","entries":[{"days":["mon"],"start":"21:00","end":"02:00"}],"exceptions":[{"date":"2026-12-25","entries":[]}]}`,
	`{"action":"connect","accountId":"acc_a","kind":"lex","id":"ABCDEF1234"}`, `{"nudges":{"shiftSoon":true,"nobodyLeft":null}}`,
	`{"accountName":"A","timeZone":"UTC","owner":{"firstName":"A","lastName":"B","email":"a@b.c","password":"Word-Word-1"}}`,
}

// fuzz asks of a reader that whatever it is sent is read or is a problem that the caller
// can mend.
func fuzz(f *testing.F, reader string) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	read := bodies[reader]
	f.Fuzz(func(t *testing.T, body []byte) {
		_, err := read(body)
		var p *desk.Problem
		switch {
		case err == nil:
		case !errors.As(err, &p):
			t.Fatalf("%v is no problem", err)
		case statusIn(err) != 400 && p.Class != desk.Invalid:
			t.Fatalf("class %d, status %d", p.Class, statusIn(err))
		case p.Class == desk.Invalid && len(p.Fields) == 0:
			t.Fatal("no field is named")
		}
	})
}

// Every function of the package that reads a body is among bodies, and each of these has
// a fuzz target.
func TestEveryReaderIsFuzzed(t *testing.T) {
	part := map[string]bool{ // of other readers
		"readChannel":           true,
		"readDrillConversation": true,
		"readWhen":              true,
		"readOwnWords":          true,
	}
	text, err := os.ReadFile("body_test.go")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := goparser.ParseFile(token.NewFileSet(), path, nil, goparser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if name := readerName(d); name != "" && !part[name] && !strings.Contains(string(text), name+")") {
				t.Errorf("%s: %s is not among the bodies", path, name)
			}
		}
	}
	text, err = os.ReadFile("fuzz_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for name := range bodies {
		if !strings.Contains(string(text), `fuzz(f, "`+name+`")`) {
			t.Errorf("%s has no fuzz target", name)
		}
	}
}

// readerName is the name of a function that takes one *object and is no method.
func readerName(d ast.Decl) string {
	f, is := d.(*ast.FuncDecl)
	if !is || f.Recv != nil || !strings.HasPrefix(f.Name.Name, "read") || len(f.Type.Params.List) == 0 {
		return ""
	}
	star, is := f.Type.Params.List[0].Type.(*ast.StarExpr)
	if !is {
		return ""
	}
	if name, is := star.X.(*ast.Ident); !is || name.Name != "object" {
		return ""
	}
	return f.Name.Name
}
