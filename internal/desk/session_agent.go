package desk

import (
	"cmp"
	"strings"

	"github.com/connectnow/backend/internal/names"
)

// longestDeviceName is how many characters of a device's name are kept.
const longestDeviceName = 64

// browsers and systems are what is looked for in a User-Agent, in this order: most browsers
// call themselves by the names of others, too, and the most particular comes first.
var (
	browsers = [][2]string{
		{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"},
		{"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"},
	}
	systems = [][2]string{
		{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"CrOS", "ChromeOS"},
		{"Macintosh", "Mac"}, {"Darwin", "Apple"}, {"Linux", "Linux"},
	}
)

// device is what a visitor's device is called in the list of sessions: as the app calls it,
// else by its User-Agent, such as "Firefox on Linux". It is empty where neither says anything.
func (v Visitor) device() string {
	if v.DeviceName != "" {
		return v.DeviceName
	}
	name, system := named(v.Agent, browsers), named(v.Agent, systems)
	if name == "" { // an app tells its own name first: ConnectNow/1.2 (iPhone; iOS 19.1)
		product, _, _ := strings.Cut(v.Agent, "/")
		name = plainName(strings.TrimSpace(product))
	}
	if name != "" && system != "" {
		return name + " on " + system
	}
	return cmp.Or(name, system)
}

// named gives the first of some names whose mark is in a text.
func named(text string, list [][2]string) string {
	for _, l := range list {
		if strings.Contains(text, l[0]) {
			return l[1]
		}
	}
	return ""
}

// plainName is a name that may be shown, or nothing: whatever a program likes stands in a
// User-Agent.
func plainName(s string) string {
	if len(s) > longestDeviceName || names.Problem(s) != "" {
		return ""
	}
	return s
}
