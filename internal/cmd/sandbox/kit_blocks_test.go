package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// block is some commands of a page that are pasted together.
type block struct {
	page string
	line int // of its first command
	text string
}

var shellFence = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")

// blocks are those of a page, as it stands.
func blocks(t *testing.T, page string) (all []block) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range shellFence.FindAllSubmatchIndex(text, -1) {
		all = append(all, block{page, 1 + strings.Count(string(text[:at[2]]), "\n"), string(text[at[2]:at[3]])})
	}
	if len(all) == 0 {
		t.Fatalf("%s has no commands", page)
	}
	return all
}

// guideBlock are the commands of the index page and the banner, for a sandbox at url.
func guideBlock(t *testing.T, url string) block {
	t.Helper()
	_, text, _ := strings.Cut(strings.ReplaceAll(strings.ReplaceAll(guide, "%[1]s", url), "%%", "%"), "\nA first escalation:")
	_, text, found := strings.Cut(text, "\n")
	if !found {
		t.Fatal("the banner has no first escalation")
	}
	return block{"the banner", 1, text}
}

// first is the first word of a block, by which it is known what it needs.
func (b block) first() string { return strings.Fields(b.text)[0] }

// complaint is a kind of thing that one of the shells takes otherwise than the other, or than a
// reader would.
type complaint struct {
	what string
	re   *regexp.Regexp
}

// complaints are looked for in the text as it is typed; what quotes hide is blanked in bare.
var (
	inText = []complaint{
		{"zsh takes the letter behind $NAME: for a modifier: write ${NAME}:", regexp.MustCompile(`\$[A-Za-z_]\w*:[A-Za-z]`)},
		{"zsh takes $NAME[ for an index", regexp.MustCompile(`\$[A-Za-z_]\w*\[`)},
	}
	inBare = []complaint{
		{"an interactive zsh knows no comments", regexp.MustCompile(`(?m)(^|[\s;(])#`)},
		{"local is for functions, and path and status are zsh's", regexp.MustCompile(`(?m)(^|[\s;({])(local|typeset|declare)\s|(^|[\s;({])(path|status|argv|fpath|cdpath|prompt|options|commands)=`)},
		{"zsh looks for files by ? and [, and finds none", regexp.MustCompile(`[^\s$][?]|[?]\S|\w\[`)},
		{"zsh looks for files by *, and finds none", regexp.MustCompile(`(=|://)\S*\*`)},
		{"zsh takes =word for the path of a command", regexp.MustCompile(`(?m)(^|\s)=\w`)},
		{"zsh does not split variables", regexp.MustCompile(`\bin\s+\$\w`)},
		{"backticks run what is in them", regexp.MustCompile("`")},
		{"an exclamation mark brings back an old command", regexp.MustCompile(`!\S`)},
	}
	inDouble = []complaint{
		{"backticks run what is in them", regexp.MustCompile("`")},
		{"an exclamation mark brings back an old command", regexp.MustCompile(`!`)},
	}
	heredoc = regexp.MustCompile(`(?ms)<<'END'\n.*?^END$`)
	body    = regexp.MustCompile(`\s(-d|--data\S*)\s`)
	isJSON  = regexp.MustCompile(`(?i)\$JSON|content-type: application/json`)
)

// complaints tells what is wrong with a block.
func (b block) complaints() (all []string) {
	text := heredoc.ReplaceAllString(b.text, "<<'END'")
	s := scan(text)
	for _, part := range []struct {
		text string
		kind []complaint
	}{{s.expanded.String(), inText}, {s.bare.String(), inBare}, {s.double.String(), inDouble}} {
		for _, c := range part.kind {
			if found := c.re.FindString(part.text); found != "" {
				all = append(all, c.what+": "+strings.TrimSpace(found))
			}
		}
	}
	for _, command := range s.commands {
		if strings.Contains(command, "curl ") && body.MatchString(command) && !isJSON.MatchString(command) && !strings.Contains(command, "/oauth2/token") {
			all = append(all, "curl names no content type: "+command)
		}
	}
	return all
}

// scanned is a text taken apart by its quotes. Each of its three texts is as long as the
// whole; what belongs elsewhere is a space in it, or an x where it joins words.
type scanned struct {
	bare, double, expanded strings.Builder
	commands               []string

	quotes []byte             // from outside in: ' and ", and ( for what is in parentheses
	open   []*strings.Builder // a command for each parenthesis, and the outermost
}

// scan takes a text apart, roughly as a shell would.
func scan(text string) *scanned {
	s := &scanned{open: []*strings.Builder{{}}}
	for i := 0; i < len(text); i++ {
		s.command().WriteByte(text[i])
		switch in := s.inside(); {
		case in == '\'':
			s.add("x", "x", "x")
			s.close(text[i] == '\'')
		case text[i] == '\\' && i+1 < len(text):
			i++
			s.command().WriteByte(text[i])
			s.add("  ", "  ", "  ")
		case text[i] == '(' && (in != '"' || text[i-1] == '$'):
			s.quotes, s.open = append(s.quotes, '('), append(s.open, &strings.Builder{})
			s.add("(", " ", "(")
		case in == '"':
			s.add("x", text[i:i+1], text[i:i+1])
			s.close(text[i] == '"')
		default:
			s.outside(text[i : i+1])
		}
	}
	s.endCommand()
	return s
}

// outside takes what stands in no quotes.
func (s *scanned) outside(c string) {
	switch c {
	case ")":
		s.endCommand()
		s.close(s.inside() == '(')
		s.open = s.open[:max(1, len(s.open)-1)]
		s.add(")", " ", ")")
	case `"`, "'":
		s.quotes = append(s.quotes, c[0])
		s.add("x", "x", "x")
	case "\n", ";", "|", "&":
		s.endCommand()
		s.add(c, " ", c)
	default:
		s.add(c, " ", c)
	}
}

// command is the one that is being read.
func (s *scanned) command() *strings.Builder { return s.open[len(s.open)-1] }

func (s *scanned) inside() byte {
	if len(s.quotes) == 0 {
		return 0
	}
	return s.quotes[len(s.quotes)-1]
}

func (s *scanned) add(bare, double, expanded string) {
	s.bare.WriteString(bare)
	s.double.WriteString(double)
	s.expanded.WriteString(expanded)
}

func (s *scanned) close(ended bool) {
	if ended {
		s.quotes = s.quotes[:len(s.quotes)-1]
	}
}

// endCommand notes the command that ends here.
func (s *scanned) endCommand() {
	s.commands = append(s.commands, s.command().String())
	s.command().Reset()
}

// takesLong leaves a test that takes seconds to make test; make test-short is done without it.
func takesLong(t *testing.T) {
	t.Helper()
	if os.Getenv("CONNECTNOW_SHORT") == "1" {
		t.Skip("takes seconds: make test has it")
	}
}
