package api

import (
	"context"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// Pages keep what they must not be able to read in cookies of ours: a script that was smuggled
// into a page finds no token that outlives the page. Apps keep their tokens themselves. Whoever
// says "cookie": true has it the one way, everybody else the other, and never both.

// How long cookies live. A refresh token's lives as long as the token, which does not rotate:
// until the session ends or, where nobody says when that is, as long as tokens do. A device's is renewed at each sign-in, and lives for the 400 days that browsers take at most
// (https://developer.chrome.com/blog/cookie-max-age-expires).
const (
	refreshLife = 90 * 24 * time.Hour
	deviceLife  = 400 * 24 * time.Hour
)

// The names of our cookies behind their prefix, and the fields of a body that they stand for.
const (
	refreshCookie = "refresh"
	deviceCookie  = "device"
	noCookie      = "" // of calls that take none, and may change what is kept

	// sessionCookie says that there is a refresh token, comes and goes with it, and is no secret:
	// a page reads it, so as not to ask for a bearer where the answer could only be 401. It stands
	// for no field, and is not read here.
	sessionCookie = "session"
)

var cookieFields = map[string]struct {
	name    string
	longest int
}{refreshCookie: {"refreshToken", longestRefresh}, deviceCookie: {"deviceSecret", longestDeviceSecret}}

// cookieName is the whole name. Of one with __Host- the browser itself sees to it that this very
// host has set it over TLS, for all of its paths and for no other host
// (https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes).
// Without TLS no browser takes that name, and so the sandbox has another.
func (s *Server) cookieName(name string) string {
	if s.plain {
		return "cn-" + name
	}
	return "__Host-cn-" + name
}

// cookie makes a cookie of ours. No script can read it but that of the session, and no request that
// another site begins carries it. Without a life it is one to be forgotten.
func (s *Server) cookie(name, value string, life time.Duration) *http.Cookie {
	c := &http.Cookie{
		Name: s.cookieName(name), Value: value, Path: "/", MaxAge: int(life / time.Second),
		HttpOnly: name != sessionCookie, Secure: !s.plain, SameSite: http.SameSiteStrictMode,
	}
	if c.MaxAge <= 0 {
		c.MaxAge = -1 // which is written as 0
	}
	return c
}

// kept is the value of a cookie of ours that came with the call; empty when none did. Of two
// with one name nobody could say which is ours: then it is none, and so is one that is too long
// for us to have made. A page cannot take it away, and could not sign in if it were refused.
func (q *call) kept(name string) string {
	if came := q.request.CookiesNamed(q.server.cookieName(name)); len(came) == 1 && len(came[0].Value) <= cookieFields[name].longest {
		return came[0].Value
	}
	return ""
}

// fromPage reports whether any cookie of ours came, and so whether a browser sent the request.
func (s *Server) fromPage(r *http.Request) bool {
	for name := range cookieFields {
		if len(r.CookiesNamed(s.cookieName(name))) > 0 {
			return true
		}
	}
	return false
}

// cookies is the middleware of calls that give tokens, take them, or end them. Where the body
// says "cookie": true it puts the token that the named cookie holds where the body would have
// had it, and the tokens of the answer into cookies. The handler below knows nothing of it.
func cookies(name string, next handler) handler {
	field := cookieFields[name].name
	return func(ctx context.Context, q *call) (answer, error) {
		if err := q.parse(); err != nil {
			return answer{}, err
		}
		asked, came := q.fields["cookie"] == true, q.kept(name)
		given := field != "" && q.fields[field] != nil && q.fields[field] != ""
		switch {
		case asked && !q.saysJSON():
			return answer{}, errNotJSONType
		case given && (asked || came != ""):
			return answer{}, errTwoTokens
		case !asked:
			return next(ctx, q)
		case !q.server.ownPage(q.request):
			return answer{}, errElsewhere
		case came != "":
			q.fields[field] = came
		}
		a, err := next(ctx, q)
		if err != nil {
			return answer{cookies: q.server.forgotten(name, err)}, err
		}
		return q.server.keep(a), nil
	}
}

// forgotten are the cookies to forget when a call fails: those of a refresh token that is dead, or
// not there, so that the page does not ask by it again.
func (s *Server) forgotten(name string, err error) []*http.Cookie {
	if name != refreshCookie || !desk.IsProblem(err, desk.ErrBadToken.Name) {
		return nil
	}
	return s.signedIn("", 0)
}

// signedIn are the cookies of a session, kept for as long as it lives.
func (s *Server) signedIn(token string, life time.Duration) []*http.Cookie {
	mark := "1"
	if life <= 0 {
		mark = ""
	}
	return []*http.Cookie{s.cookie(refreshCookie, token, life), s.cookie(sessionCookie, mark, life)}
}

// keep moves the tokens of an answer into cookies. An answer without a body ends
// the session, and has the browser forget its token and what pages have stored. The device's stays: who signs in here next
// time does so on a device that is known.
func (s *Server) keep(a answer) answer {
	switch in := a.body.(type) {
	case nil:
		a.cookies, a.leaves = append(a.cookies, s.signedIn("", 0)...), true
	case session:
		life := refreshLife
		if !in.SessionEndsAt.IsZero() {
			life = in.SessionEndsAt.Sub(s.desk.Now())
		}
		a.cookies = append(a.cookies, s.signedIn(in.RefreshToken, life)...)
		if in.DeviceSecret != "" {
			a.cookies = append(a.cookies, s.cookie(deviceCookie, in.DeviceSecret, deviceLife))
		}
		in.RefreshToken, in.DeviceSecret = "", ""
		a.body = in
	}
	return a
}

// ownPage reports whether a page of the very origin asks that was asked. Other hosts of our site
// are others as well: SameSite, by which a browser holds cookies back, does not tell them from
// ours. Browsers say who asks in Sec-Fetch-Site, which no page can set
// (https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header), and those of before in Origin.
// Who says neither is no browser, and needs no cookie.
func (s *Server) ownPage(r *http.Request) bool {
	if site := r.Header.Values("Sec-Fetch-Site"); len(site) > 0 {
		return strings.Join(site, ",") == "same-origin"
	}
	scheme, port := "https://", ":443"
	if s.plain {
		scheme, port = "http://", ":80"
	}
	return r.Host != "" && strings.EqualFold(strings.Join(r.Header.Values("Origin"), ","), scheme+strings.TrimSuffix(r.Host, port))
}

// saysJSON reports whether the body is said to be JSON. A form of another site can send text that
// reads as JSON, and browsers ask nobody first for the types that forms have
// (https://fetch.spec.whatwg.org/#cors-safelisted-request-header). Only without a cookie does
// the type not matter.
func (q *call) saysJSON() bool {
	said, _, err := mime.ParseMediaType(strings.Join(q.request.Header.Values("Content-Type"), ","))
	return err == nil && said == "application/json"
}

// errNotJSONType is 415, and says what is taken, as RFC 9110 (15.5.16) has it.
var errNotJSONType = &refusal{&desk.Problem{
	Name: "unsupported-type", Title: "Not sent as JSON",
	Detail: "A request with cookies says Content-Type: application/json.",
}, http.StatusUnsupportedMediaType, [2]string{"Accept", "application/json"}}

// errTwoTokens is 400: which of two tokens is meant, nobody can say.
var errTwoTokens = malformed(&desk.Problem{
	Name: "cookie-and-token", Title: "Two tokens",
	Detail: "A token stands in the body and in a cookie, or beside \"cookie\": true; it is the one or the other.",
})

// errElsewhere is 403, by the same name as the sandbox's for pages of other origins.
var errElsewhere = &desk.Problem{
	Class: desk.Forbidden, Name: "foreign-origin", Title: "A page from elsewhere",
	Detail: "Cookies are for pages of this very origin: Sec-Fetch-Site must be same-origin or, without it, Origin this address.",
}
