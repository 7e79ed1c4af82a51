package pages

import (
	"io/fs"
	"net/http"
	"strconv"
	"strings"
)

// codings are those of which the build has a file beside each, the smallest first. HTTP APIs
// compress nothing themselves
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html).
var codings = []struct{ name, suffix string }{{"br", ".br"}, {"gzip", ".gz"}}

// read gives a file in the form that the browser likes best, of those that it likes alike the
// smallest, and how that is encoded. As it is is better than nothing.
func (s *Server) read(name string, h http.Header) (body []byte, coding string, err error) {
	suffix, best := "", 0.0
	header := strings.Join(h.Values("Accept-Encoding"), ",")
	for _, c := range codings {
		if q := quality(header, c.name, "*"); q > best && s.has(name+c.suffix) {
			coding, suffix, best = c.name, c.suffix, q
		}
	}
	if quality(header, "identity") > best {
		coding, suffix = "", ""
	}
	body, err = fs.ReadFile(s.files, name+suffix)
	return body, coding, err
}

// takesPages reports whether a page is asked for by name, as browsers do for what is to be seen.
func takesPages(h http.Header) bool {
	return quality(strings.Join(h.Values("Accept"), ","), "text/html") > 0
}

// quality is how much a header of the form of Accept wants something, from 0 to 1: the first of
// these names that it has decides (RFC 9110, 12.4.2).
func quality(header string, names ...string) float64 {
	for _, want := range names {
		for part := range strings.SplitSeq(header, ",") {
			name, parameters, _ := strings.Cut(part, ";")
			if !strings.EqualFold(strings.TrimSpace(name), want) {
				continue
			}
			for p := range strings.SplitSeq(parameters, ";") {
				key, value, _ := strings.Cut(strings.TrimSpace(p), "=")
				if strings.EqualFold(strings.TrimSpace(key), "q") {
					q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
					if err != nil || q < 0 || q > 1 {
						return 0
					}
					return q
				}
			}
			return 1
		}
	}
	return 0
}
