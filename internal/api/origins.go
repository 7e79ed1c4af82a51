package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

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

// ReadOrigins reads a list of origins that are to be allowed, with commas between. Its error
// names the first that CheckOrigin refuses.
func ReadOrigins(list string) (origins []string, err error) {
	for origin := range strings.SplitSeq(list, ",") {
		if origin = strings.TrimSpace(origin); origin == "" {
			continue
		}
		if err := CheckOrigin(origin); err != nil {
			return nil, err
		}
		origins = append(origins, origin)
	}
	return origins, nil
}

// CheckOrigin says what is wrong with an origin that is to be allowed; nil when it is as
// browsers send it. API Gateway takes http and https alone. It refuses capacitor://localhost,
// the origin of Capacitor on iOS, with "Invalid format for origin", and the whole deployment
// with it; its * would let every page of the internet in.
func CheckOrigin(origin string) error {
	u, err := url.Parse(origin)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "":
		return fmt.Errorf("%q is no origin: one looks like https://app.example.com", origin)
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%q cannot be allowed: API Gateway takes http and https alone; an app on iOS uses native HTTP, which has no origin", origin)
	case origin != u.Scheme+"://"+u.Host || origin != strings.ToLower(origin) || strings.Trim(u.Host, letters+digits+".-:[]") != "":
		return fmt.Errorf("%q is not as browsers send it: scheme, host and port alone, in lower case, without a slash at the end", origin)
	case u.Scheme == "http" && u.Port() == "80" || u.Scheme == "https" && u.Port() == "443":
		return fmt.Errorf("%q is not as browsers send it: they leave out the usual port", origin)
	}
	return nil
}
