package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// logKeys are the keys that lines of the log may have. One thing has one key everywhere,
// so that whoever searches need not know who wrote the line; a new key is added here.
var logKeys = []string{
	// Ids.
	"requestId", "traceId", "invocation", "account", "caller", "member", "escalation", "callback", "offer", "request", "message",
	"department", "device", "execution", "id", "arn", "key",
	// What a line is about.
	"method", "route", "function", "action", "status", "problem", "outcome", "timer", "kind", "platform", "type", "became", "because",
	"joined", "rotation", "ticket", "next", "release", "origin", "tool", "event", "network",
	// How it went.
	"ms", "tries", "receives", "looked", "renewed", "error", "stack",
}

// leveled are the methods of a logger that write a line, by whether they take a context.
var leveled = map[string]bool{
	"Debug": false, "Info": false, "Warn": false, "Error": false,
	"DebugContext": true, "InfoContext": true, "WarnContext": true, "ErrorContext": true,
}

// TestLogLines holds that every line has a context, from which it gets the ids of request
// and trace, a text to search for (what, what about it and, behind a colon, why), and keys
// that mean the same everywhere.
func TestLogLines(t *testing.T) {
	found := 0
	for folder, p := range packages(t) {
		for _, name := range p.GoFiles {
			fset := token.NewFileSet()
			file, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				call, is := n.(*ast.CallExpr)
				if !is {
					return true
				}
				for _, wrong := range judgeLine(call, &found) {
					t.Errorf("%s/%s:%d: %s", folder, name, fset.Position(call.Pos()).Line, wrong)
				}
				return true
			})
		}
	}
	if found < 40 {
		t.Errorf("found only %d lines of the log: nothing was shown", found)
	}
}

// judgeLine tells what is wrong with a call, if it writes a line.
func judgeLine(call *ast.CallExpr, found *int) (wrong []string) {
	method, is := call.Fun.(*ast.SelectorExpr)
	if !is || len(call.Args) == 0 { // an error's Error()
		return nil
	}
	of, _ := method.X.(*ast.Ident)
	if of != nil && of.Name == "slog" && slices.Contains([]string{"String", "Int", "Any"}, method.Sel.Name) {
		return badKey(call.Args[0])
	}
	withContext, writes := leveled[method.Sel.Name]
	switch {
	case !writes || of != nil && of.Name == "http": // http.Error
		return nil
	case !withContext:
		return []string{"a line without a context: " + method.Sel.Name + "Context takes one"}
	}
	*found++
	if len(call.Args) > 1 {
		wrong = badText(call.Args[1])
	}
	for i := 2; i < len(call.Args) && !call.Ellipsis.IsValid(); i += 2 {
		wrong = append(wrong, badKey(call.Args[i])...)
	}
	return wrong
}

// badText judges a text; one that is no literal is from a list that is.
func badText(e ast.Expr) []string {
	literal, is := e.(*ast.BasicLit)
	if !is {
		return nil
	}
	text, err := strconv.Unquote(literal.Value)
	first, _, _ := strings.Cut(text, " ")
	switch {
	case err != nil || first == "":
		return []string{"a line without a text"}
	case slices.Contains([]string{"a", "an", "the", "it", "there", "not", "no", "nothing"}, first) || unicode.IsUpper(rune(first[0])):
		return []string{strconv.Quote(text) + " begins with no noun"}
	case !strings.Contains(text, " "):
		return []string{strconv.Quote(text) + " has no verb"}
	}
	return nil
}

func badKey(e ast.Expr) []string {
	literal, is := e.(*ast.BasicLit)
	if !is {
		return nil
	}
	if key, err := strconv.Unquote(literal.Value); err != nil || !slices.Contains(logKeys, key) {
		return []string{"the key " + literal.Value + " is not among logKeys"}
	}
	return nil
}

// TestLogLinesAreJudged shows that what TestLogLines holds can be broken.
func TestLogLinesAreJudged(t *testing.T) {
	for _, c := range []struct{ name, call, want string }{
		{"good", `log.InfoContext(ctx, "offer made", "offer", 2)`, ""},
		{"error", `err.Error()`, ""},
		{"page", `http.Error(w, "no", 400)`, ""},
		{"no context", `log.Warn("offer made")`, "without a context"},
		{"article", `d.Log.WarnContext(ctx, "a timer failed")`, "no noun"},
		{"capital", `d.Log.WarnContext(ctx, "Timer failed")`, "no noun"},
		{"one word", `d.Log.WarnContext(ctx, "panic")`, "no verb"},
		{"key", `d.Log.WarnContext(ctx, "timer failed", "escalationId", id)`, "not among logKeys"},
		{"attribute", `slog.String("accountId", id)`, "not among logKeys"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := parser.ParseExpr(c.call)
			if err != nil {
				t.Fatal(err)
			}
			found := 0
			got := strings.Join(judgeLine(e.(*ast.CallExpr), &found), "; ")
			if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
				t.Errorf("%s: %q, want %q in it", c.call, got, c.want)
			}
		})
	}
}
