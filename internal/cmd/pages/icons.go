package main

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	svgContent = regexp.MustCompile(`(?s)<svg[^>]*>(.*)</svg>`)
	spaces     = regexp.MustCompile(`\s*\n\s*`)
)

// icons makes one sprite of the icons that web/icons.txt names, a line each, with the licence of
// those who drew them, and gives its address.
func (b *build) icons() (address string, err error) {
	list, err := os.ReadFile(filepath.Join(b.web, "icons.txt"))
	if err != nil {
		return "", err
	}
	drawn := filepath.Join(b.modules, "lucide-static")
	licence, err := os.ReadFile(filepath.Join(drawn, "LICENSE"))
	if err != nil {
		return "", err
	}
	var s strings.Builder
	s.WriteString(`<svg xmlns="http://www.w3.org/2000/svg"><metadata>`)
	if err := xml.EscapeText(&s, licence); err != nil {
		return "", err
	}
	s.WriteString("</metadata>")
	for _, name := range strings.Fields(string(list)) {
		text, err := os.ReadFile(filepath.Join(drawn, "icons", name+".svg"))
		if err != nil {
			return "", err
		}
		m := svgContent.FindSubmatch(text)
		if m == nil {
			return "", fmt.Errorf("the icon %s has no drawing", name)
		}
		fmt.Fprintf(&s, `<symbol id="%s" viewBox="0 0 24 24">%s</symbol>`, name, spaces.ReplaceAllString(string(m[1]), ""))
	}
	s.WriteString("</svg>")
	return b.hashed("icons", "svg", []byte(s.String())), nil
}
