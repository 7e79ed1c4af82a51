package api_test

import "testing"

// A page sees whether there is a session, and so asks for no bearer where there is none: what a
// browser is answered 401 stands in its console as an error. The word comes and goes with the token.
func TestPagesKnowOfTheirSession(t *testing.T) {
	everyEdge(t, func(t *testing.T, b *browser) {
		want := func(when, mark string) {
			t.Helper()
			if got := b.cookie("session"); got != mark || (mark == "") != (b.cookie("refresh") == "") {
				t.Errorf("%s the page sees %q, want %q; the token is there: %t", when, got, mark, b.cookie("refresh") != "")
			}
		}
		want("at the first visit", "")
		b.page(200, "/v1/login", pageSignIn)
		want("signed in", "1")
		b.page(200, "/v1/refresh", `{"cookie": true}`)
		want("with a new bearer", "1")
		_, answer := b.page(204, "/v1/logout", `{"cookie": true}`)
		want("signed out", "")
		if got := answer.Header.Get("Clear-Site-Data"); got != `"storage"` {
			t.Errorf("what pages stored stays for the next person: Clear-Site-Data %q", got)
		}
		in, _ := b.page(200, "/v1/login", pageSignIn)
		b.do(204, b.asha, "DELETE", "/v1/me/sessions", "")
		want("ended elsewhere", "1")
		b.page(401, "/v1/refresh", `{"cookie": true}`)
		want("told so", "")
		if in.text("accessToken") == "" {
			t.Error("nobody signed in")
		}
	})
}

// An app that comes with a dead token is told of no cookies.
func TestDeadTokensOfApps(t *testing.T) {
	everyEdge(t, func(t *testing.T, b *browser) {
		if _, answer := b.page(401, "/v1/refresh", `{"refreshToken": "dead"}`); len(answer.Header["Set-Cookie"]) > 0 {
			t.Errorf("Set-Cookie %v", answer.Header["Set-Cookie"])
		}
	})
}
