package api_test

import (
	"context"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
)

// A page signs in, gets new bearers and signs out, and never sees what lives longer than they.
func TestPagesKeepTokensInCookies(t *testing.T) {
	everyEdge(t, func(t *testing.T, b *browser) {
		in, answer := b.page(200, "/v1/login", pageSignIn)
		if _, there := in["refreshToken"]; there || in.text("accessToken") == "" || in.text("member.id") != b.asha {
			t.Errorf("signed in: %v", in)
		}
		if answer.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("a cache may keep the cookie: %v", answer.Header)
		}
		token := b.cookie("refresh")
		if _, err := b.identity.Refresh(t.Context(), token); err != nil {
			t.Errorf("the cookie holds %q: %v", token, err)
		}
		again, answer := b.page(200, "/v1/refresh", `{"cookie": true}`)
		if claims, err := b.identity.Verify(again.text("accessToken")); err != nil || claims["cognito:username"] != b.asha || again["refreshToken"] != nil {
			t.Errorf("refreshed: %v, %v", again, err)
		}
		if len(answer.Header["Set-Cookie"]) > 0 {
			t.Errorf("a token that stays as it is is set anew: %v", answer.Header["Set-Cookie"])
		}
		b.page(204, "/v1/logout", `{"cookie": true}`)
		if _, err := b.identity.Refresh(t.Context(), token); err == nil || b.cookie("refresh") != "" {
			t.Errorf("signed out, the token lives: %v, and the browser has %q", err, b.cookie("refresh"))
		}
		b.page(401, "/v1/refresh", `{"cookie": true}`)
		b.page(204, "/v1/logout", `{"cookie": true}`)
	})
}

// What the browser is told of the cookies. The browser itself holds the rules of __Host-.
func TestCookiesAreOurs(t *testing.T) {
	everyEdge(t, func(t *testing.T, b *browser) {
		secure := strings.HasPrefix(b.origin, "https:")
		cookie := func(name string, age int) http.Cookie {
			return http.Cookie{Name: b.prefix + name, Path: "/", MaxAge: age, HttpOnly: name != "session", Secure: secure, SameSite: http.SameSiteStrictMode}
		}
		const days90 = 90 * 24 * 60 * 60
		_, answer := b.page(200, "/v1/login", pageSignIn)
		got := plainly(answer)
		if age := got[0].MaxAge; age < days90-120 || age > days90 {
			t.Errorf("the token is kept for %d seconds, want 90 days, less what the sign-in took", age)
		}
		if diff := cmp.Diff([]http.Cookie{cookie("refresh", got[0].MaxAge), cookie("session", got[0].MaxAge)}, got[:2]); diff != "" {
			t.Errorf("the cookies at sign-in (-want +got):\n%s", diff)
		}
		_, answer = b.page(204, "/v1/logout", `{"cookie": true}`)
		if diff := cmp.Diff([]http.Cookie{cookie("refresh", -1), cookie("session", -1)}, plainly(answer)); diff != "" {
			t.Errorf("cookies at sign-out (-want +got):\n%s", diff)
		}
	})
}

// plainly are the cookies that an answer sets, without their values.
func plainly(r *http.Response) (set []http.Cookie) {
	for _, c := range r.Cookies() {
		c.Value, c.Raw = "", ""
		set = append(set, *c)
	}
	return set
}

// Whoever does not ask for cookies gets none, and keeps the tokens as apps do.
func TestAppsGetNoCookies(t *testing.T) {
	everyEdge(t, func(t *testing.T, b *browser) {
		for _, body := range []string{strings.Replace(pageSignIn, "true", "false", 1), strings.Replace(pageSignIn, "true", "null", 1)} {
			in, answer := b.page(200, "/v1/login", body)
			if len(answer.Header["Set-Cookie"]) > 0 || in.text("refreshToken") == "" {
				t.Errorf("%s: %v with %v", body, in, answer.Header["Set-Cookie"])
			}
			token := `{"refreshToken": "` + in.text("refreshToken") + `"}`
			b.page(200, "/v1/refresh", token)
			if _, answer := b.page(204, "/v1/logout", token); len(answer.Header["Set-Cookie"]) > 0 {
				t.Errorf("signing out sets %v", answer.Header["Set-Cookie"])
			}
		}
	})
}

// ask is a request of a browser in which Asha is signed in, with a cookie, and what becomes of
// it.
type ask struct {
	name, path, body string
	headers          map[string]string // beside those of a page of ours; "" drops one
	status           int
	problem          string
}

// attacks are by pages of others, and by forms of theirs.
func attacks(origin string) []ask {
	const refresh = `{"cookie": true}`
	from := func(pairs ...string) map[string]string {
		headers := map[string]string{"Sec-Fetch-Site": ""}
		for i := 0; i < len(pairs); i += 2 {
			headers[pairs[i]] = pairs[i+1]
		}
		return headers
	}
	scheme, host, _ := strings.Cut(origin, "://")
	other := map[string]string{"http": "https", "https": "http"}[scheme]
	return []ask{
		{"another site", "/v1/refresh", refresh, from("Sec-Fetch-Site", "cross-site"), 403, "foreign-origin"},
		{"another host of the site", "/v1/refresh", refresh, from("Sec-Fetch-Site", "same-site"), 403, "foreign-origin"},
		{"a link", "/v1/refresh", refresh, from("Sec-Fetch-Site", "none"), 403, "foreign-origin"},
		{"two that say who", "/v1/refresh", refresh, from("Sec-Fetch-Site", "same-origin,cross-site"), 403, "foreign-origin"},
		{"another site with our origin", "/v1/refresh", refresh, from("Sec-Fetch-Site", "cross-site", "Origin", origin), 403, "foreign-origin"},
		{"another origin", "/v1/refresh", refresh, from("Origin", "https://evil.example"), 403, "foreign-origin"},
		{"an origin that begins as ours", "/v1/refresh", refresh, from("Origin", origin+".evil.example"), 403, "foreign-origin"},
		{"an origin that ends as ours", "/v1/refresh", refresh, from("Origin", scheme+"://evil-"+host), 403, "foreign-origin"},
		{"our host by another scheme", "/v1/refresh", refresh, from("Origin", other+"://"+host), 403, "foreign-origin"},
		{"our host by another port", "/v1/refresh", refresh, from("Origin", origin+"1"), 403, "foreign-origin"},
		{"no origin", "/v1/refresh", refresh, from("Origin", "null"), 403, "foreign-origin"},
		{"nobody says who", "/v1/refresh", refresh, from(), 403, "foreign-origin"},
		{"signing another in", "/v1/login", pageSignIn, from("Sec-Fetch-Site", "cross-site"), 403, "foreign-origin"},
		{"signing out", "/v1/logout", refresh, from("Sec-Fetch-Site", "same-site"), 403, "foreign-origin"},
		{"a form", "/v1/refresh", refresh, map[string]string{"Content-Type": "text/plain"}, 415, "unsupported-type"},
		{"a form that signs in", "/v1/login", pageSignIn, map[string]string{"Content-Type": "text/plain; charset=application/json"}, 415, "unsupported-type"},
		{"a form that signs out", "/v1/logout", refresh, map[string]string{"Content-Type": "application/x-www-form-urlencoded"}, 415, "unsupported-type"},
		{"no type", "/v1/refresh", refresh, map[string]string{"Content-Type": ""}, 415, "unsupported-type"},
		{"two types", "/v1/refresh", refresh, map[string]string{"Content-Type": "application/json,text/plain"}, 415, "unsupported-type"},
		{"a form without the word", "/v1/password/forgot", `{"email": "asha@example.com"}`, map[string]string{"Content-Type": "text/plain"}, 415, "unsupported-type"},
		{"cookie and token", "/v1/refresh", `{"cookie": true, "refreshToken": "x"}`, nil, 400, "cookie-and-token"},
		{"cookie and token without the word", "/v1/refresh", `{"refreshToken": "x"}`, nil, 400, "cookie-and-token"},
		{"cookie and token at the end", "/v1/logout", `{"cookie": true, "refreshToken": "x"}`, nil, 400, "cookie-and-token"},
		{"the cookie alone", "/v1/refresh", `{}`, nil, 422, "invalid"},
		{"the cookie alone at the end", "/v1/logout", `{}`, nil, 422, "invalid"},
		{"a word that is none", "/v1/refresh", `{"cookie": "true"}`, nil, 422, "invalid"},
		{"a word elsewhere", "/v1/password/forgot", `{"cookie": true, "email": "asha@example.com"}`, nil, 400, "unknown-field"},
		{"a field that nobody knows", "/v1/refresh", `{"cookie": true, "colour": "red"}`, nil, 400, "unknown-field"},
		{"no JSON", "/v1/refresh", ``, nil, 400, "malformed"},
	}
}

// What another page has a browser send opens nothing, ends nothing, and sets no cookie.
func TestCookiesAreForOurPages(t *testing.T) {
	everyEdge(t, func(t *testing.T, b *browser) {
		b.page(200, "/v1/login", pageSignIn)
		token := b.cookie("refresh")
		for _, c := range attacks(b.origin) {
			t.Run(c.name, func(t *testing.T) {
				b.within(t)
				r := b.asks("POST", c.path, c.body, beside(ownPage, c.headers))
				problem := decode(t, r.Body)
				if r.StatusCode != c.status || problem.text("type") != "/problems/"+c.problem {
					t.Errorf("%d %v, want %d %s", r.StatusCode, problem, c.status, c.problem)
				}
				if len(r.Header["Set-Cookie"]) > 0 || problem["accessToken"] != nil {
					t.Errorf("it is given %v and %v", r.Header["Set-Cookie"], problem)
				}
				if _, err := b.identity.Refresh(t.Context(), token); err != nil {
					t.Errorf("the session is over: %v", err)
				}
			})
		}
	})
}

// beside puts headers in place of others; an empty one drops it.
func beside(headers, changes map[string]string) map[string]string {
	all := maps.Clone(headers)
	for name, value := range changes {
		if all[name] = value; value == "" {
			delete(all, name)
		}
	}
	return all
}

// Pages in browsers that do not send Sec-Fetch-Site go by their origin, and types may say more.
func TestOurPagesAreKnown(t *testing.T) {
	everyEdge(t, func(t *testing.T, b *browser) {
		b.page(200, "/v1/login", pageSignIn)
		for _, c := range []ask{
			{"origin", "/v1/refresh", "", map[string]string{"Sec-Fetch-Site": "", "Origin": b.origin}, 200, ""},
			{"origin of a page that is sandboxed", "/v1/refresh", "", map[string]string{"Origin": "null"}, 200, ""},
			{"type with a charset", "/v1/refresh", "", map[string]string{"Content-Type": "Application/JSON; charset=UTF-8"}, 200, ""},
		} {
			t.Run(c.name, func(t *testing.T) {
				b.within(t)
				if r := b.asks("POST", c.path, `{"cookie": true}`, beside(ownPage, c.headers)); r.StatusCode != c.status {
					t.Errorf("status %d, want %d: %v", r.StatusCode, c.status, decode(t, r.Body))
				}
			})
		}
	})
}

// Without a cookie of ours the type does not matter, as before: an app, or a page with cookies
// of others.
func TestTypeMattersForCookiesOnly(t *testing.T) {
	everyEdge(t, func(t *testing.T, b *browser) {
		body := `{"email": "asha@example.com", "password": "` + password + `"}`
		for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "nonsense"} {
			r := b.asks("POST", "/v1/login", body, map[string]string{"Content-Type": kind, "Cookie": "theme=dark; refresh=x; cn-refresh2=x"})
			if r.StatusCode != 200 || len(r.Header["Set-Cookie"]) > 0 {
				t.Errorf("%q: status %d with %v", kind, r.StatusCode, r.Header["Set-Cookie"])
			}
		}
	})
}

// A cookie of the other edge's name is not ours, nor is one of two with the same name.
func TestCookiesOfOthersAreNone(t *testing.T) {
	everyEdge(t, func(t *testing.T, b *browser) {
		in := b.do(200, nobody, "POST", "/v1/login", `{"email": "asha@example.com", "password": "`+password+`"}`)
		token := in.text("refreshToken")
		foreign := map[string]string{"cn-": "__Host-cn-", "__Host-cn-": "cn-"}[b.prefix]
		for _, sent := range []string{
			foreign + "refresh=" + token, b.prefix + "Refresh=" + token, b.prefix + "refresh=" + token + "; " + b.prefix + "refresh=x",
			"=" + b.prefix + "refresh=" + token,
		} {
			if r := b.asks("POST", "/v1/refresh", `{"cookie": true}`, beside(ownPage, map[string]string{"Cookie": sent})); r.StatusCode != 401 {
				t.Errorf("%s: status %d", strings.ReplaceAll(sent, token, "…"), r.StatusCode)
			}
		}
		r := b.asks("POST", "/v1/refresh", `{"cookie": true}`, beside(ownPage, map[string]string{"Cookie": b.prefix + "refresh=" + token}))
		if r.StatusCode != 200 {
			t.Errorf("the right one: status %d", r.StatusCode)
		}
	})
}

// wordy is an identity whose refresh tokens are as long as it likes.
type wordy struct {
	desk.Identity
	token string
}

// Login implements desk.Identity.
func (i wordy) Login(ctx context.Context, memberID, password string) (desk.Tokens, error) {
	tokens, err := i.Identity.Login(ctx, memberID, password)
	tokens.RefreshToken = i.token
	return tokens, err
}

// A token as long as those of Cognito, of some 1,800 characters, comes back as it was: browsers
// keep cookies of up to 4,096 bytes.
func TestLongTokensFitCookies(t *testing.T) {
	everyEdge(t, func(t *testing.T, b *browser) {
		long := strings.Repeat("eyJjdHkiOiJKV1Qi-_.", 110)
		b.desk.Identity = wordy{b.identity, long}
		_, answer := b.page(200, "/v1/login", pageSignIn)
		if got := b.cookie("refresh"); got != long || len(answer.Header["Set-Cookie"][0]) > 4096 {
			t.Errorf("the cookie holds %d of %d characters", len(got), len(long))
		}
	})
}

// A page that changes the password has a cookie that is good, or none: the one of before is dead.
func TestPasswordChangeChangesTheCookie(t *testing.T) {
	takesLong(t)
	for _, e := range []edge{edges[0], edges[2]} { // the function would need an authorizer
		t.Run(e.name, func(t *testing.T) {
			b := e.browse(newWorld(t))
			b.page(200, "/v1/login", pageSignIn)
			b.as = b.asha
			change := `{"cookie": true, "currentPassword": "` + password + `", ` + newPassword + `}`
			if r := b.asks("PUT", "/v1/me/password", change, beside(ownPage, map[string]string{"Sec-Fetch-Site": "same-site"})); r.StatusCode != 403 {
				t.Errorf("from elsewhere: status %d", r.StatusCode)
			}
			r := b.asks("PUT", "/v1/me/password", change, ownPage)
			if r.StatusCode != 200 && r.StatusCode != 204 {
				t.Fatalf("status %d: %v", r.StatusCode, decode(t, r.Body))
			}
			if r.StatusCode == 200 && decode(t, r.Body)["refreshToken"] != nil {
				t.Error("the page sees the refresh token")
			}
			if token := b.cookie("refresh"); token != "" {
				_, err := b.identity.Refresh(t.Context(), token)
				must(t, err)
			} else if r.StatusCode == 200 {
				t.Error("the new session has no cookie")
			}
		})
	}
}

// An old cookie is of no matter to who signs in, and is replaced. Nobody could sign out by it any
// more: so its session ends.
func TestSignInReplacesTheCookie(t *testing.T) {
	everyEdge(t, func(t *testing.T, b *browser) {
		before, _ := b.page(200, "/v1/login", pageSignIn)
		first := b.cookie("refresh")
		b.late.Store(int64(time.Minute))
		in, _ := b.page(200, "/v1/login", strings.Replace(pageSignIn, "asha@", "bilal@", 1))
		if in.text("member.id") != b.bilal || b.cookie("refresh") == first {
			t.Errorf("Bilal signs in and is %s", in.text("member.id"))
		}
		b.wantBearer(before, 401)
		if _, err := b.identity.Refresh(t.Context(), first); !desk.IsProblem(err, "bad-token") {
			t.Errorf("the token of the cookie before: %v, want that it is dead", err)
		}
		again, _ := b.page(200, "/v1/refresh", `{"cookie": true}`)
		if claims, err := b.identity.Verify(again.text("accessToken")); err != nil || claims["cognito:username"] != b.bilal {
			t.Errorf("the browser goes on as %v, %v", claims, err)
		}
	})
}
