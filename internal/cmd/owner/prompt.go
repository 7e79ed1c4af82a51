package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// prompt asks whoever started the command.
type prompt struct {
	in       *bufio.Reader
	to       io.Writer
	terminal bool // somebody sits there, who may try again
}

// newPrompt asks at from. A device of characters is a terminal, unless it is /dev/null.
func newPrompt(from *os.File, to io.Writer) *prompt {
	p := &prompt{in: bufio.NewReader(from), to: to}
	is, err := from.Stat()
	null, errNull := os.Stat(os.DevNull)
	p.terminal = err == nil && errNull == nil && is.Mode()&os.ModeCharDevice != 0 && !os.SameFile(is, null)
	return p
}

// ask reads one line. At a terminal it asks until there is one with which nothing is wrong;
// elsewhere that is an error, as the next line may be meant for something else.
func (p *prompt) ask(what string, fault func(string) string) (string, error) {
	for {
		if p.terminal {
			fmt.Fprintf(p.to, "%s: ", what)
		}
		line, err := p.in.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("reading %s: %w", what, err)
		}
		line = strings.TrimRight(line, "\r\n")
		wrong := "is missing"
		if line != "" {
			wrong = ""
		}
		if line != "" && fault != nil {
			wrong = fault(line)
		}
		switch {
		case wrong == "":
			return line, nil
		case err != nil || !p.terminal:
			return "", fmt.Errorf("%s %s", what, wrong)
		}
		fmt.Fprintf(p.to, "%s %s\n", what, wrong)
	}
}
