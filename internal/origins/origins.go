// Package origins reads the origins whose pages may call the API. The sandbox and the CDK's app
// are told them in the same form.
package origins

import (
	"fmt"
	"net/url"
	"strings"
)

// hosts are the characters of a host with its port.
const hosts = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-:[]"

// Read reads a list of origins that are to be allowed, with commas between. Its error
// names the first that Check refuses.
func Read(list string) (origins []string, err error) {
	for origin := range strings.SplitSeq(list, ",") {
		if origin = strings.TrimSpace(origin); origin == "" {
			continue
		}
		if err := Check(origin); err != nil {
			return nil, err
		}
		origins = append(origins, origin)
	}
	return origins, nil
}

// Check says what is wrong with an origin that is to be allowed; nil when it is as
// browsers send it. API Gateway takes http and https alone. It refuses capacitor://localhost,
// the origin of Capacitor on iOS, with "Invalid format for origin", and the whole deployment
// with it; its * would let every page of the internet in.
func Check(origin string) error {
	u, err := url.Parse(origin)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "":
		return fmt.Errorf("%q is no origin: one looks like https://app.example.com", origin)
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%q cannot be allowed: API Gateway takes http and https alone; an app on iOS uses native HTTP, which has no origin", origin)
	case origin != u.Scheme+"://"+u.Host || origin != strings.ToLower(origin) || strings.Trim(u.Host, hosts) != "":
		return fmt.Errorf("%q is not as browsers send it: scheme, host and port alone, in lower case, without a slash at the end", origin)
	case u.Scheme == "http" && u.Port() == "80" || u.Scheme == "https" && u.Port() == "443":
		return fmt.Errorf("%q is not as browsers send it: they leave out the usual port", origin)
	}
	return nil
}
