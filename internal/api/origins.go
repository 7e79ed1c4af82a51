package api

import "net/http"

// What pages of other origins may do, such as a front end under development, or an app that
// is a page (Capacitor on Android). Infra gives it to API Gateway, which adds the headers;
// the sandbox adds the same ones. Cookies are not among it: a page sends its token itself.
var (
	CrossMethods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	CrossHeaders = []string{"authorization", "content-type", "if-match", "if-none-match", "idempotency-key"}
	CrossExposed = []string{"etag", "retry-after"}
)

// CrossMaxAge is for how many seconds a browser may keep the answer to a preflight: two
// hours, which is the most that Chromium takes.
const CrossMaxAge = 7200
