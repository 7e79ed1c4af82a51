package tzif_test

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/hours/tzif"
)

// headLength is that of the head of a block.
const headLength = 44

// berlin is a file with transitions and a rule, and where its second block begins.
func berlin(t *testing.T) (file []byte, second int) {
	t.Helper()
	text, ok := hours.BuiltIn().File("Europe/Berlin")
	if !ok {
		t.Fatal("no Berlin")
	}
	return []byte(text), strings.LastIndex(text, "TZif")
}

// Every zone of the product is written again as it was.
func TestParse(t *testing.T) {
	t.Parallel()
	for _, name := range hours.BuiltIn().Names() {
		text, _ := hours.BuiltIn().File(name)
		f, err := tzif.Parse([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !bytes.Equal(f.Write(len(f.To)), []byte(text)) {
			t.Errorf("%s: written again, it has other bytes", name)
		}
	}
}

// Wherever a file is cut, it is refused, also where package time takes what is left.
func TestParseRefusesWhatIsCut(t *testing.T) {
	t.Parallel()
	file, _ := berlin(t)
	for n := range file {
		if _, err := tzif.Parse(file[:n]); err == nil {
			t.Errorf("the first %d bytes of %d are taken", n, len(file))
		}
	}
}

// What is no file of a zone, or one that would be read wrongly, is refused with the reason.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, says string
		spoil      func(file []byte, second int) []byte
	}{
		{"the first version", "version is 1", func(f []byte, _ int) []byte { f[4] = 0; return f }},
		{"leap seconds", "leap seconds", func(f []byte, second int) []byte {
			binary.BigEndian.PutUint32(f[second+28:], 1)
			return bytes.Join([][]byte{f, make([]byte, 12)}, nil)
		}},
		{"no rule's end", "no end", func(f []byte, _ int) []byte { return append(f, "noise"...) }},
		{"a second rule", "no end", func(f []byte, _ int) []byte { return append(f, "CET-1\n"...) }},
		{"a rule of another form", "is none", func(f []byte, _ int) []byte { return bytes.Replace(f, []byte("CEST,M"), []byte("CEST,Q"), 1) }},
		{"a rule that moves days", "is none", func(f []byte, _ int) []byte {
			return append(f[:bytes.LastIndexByte(f[:len(f)-1], '\n')], "\nCET-99\n"...)
		}},
		{"a rule of another place", "does not go on", func(f []byte, _ int) []byte { return bytes.Replace(f, []byte("\nCET-1"), []byte("\nCET-2"), 1) }},
		{"a count that is too large", "cut", func(f []byte, second int) []byte { f[second+32] = 1; return f }},
		{"transitions in disorder", "transition", func(f []byte, second int) []byte { f[second+headLength+8] = 0x80; return f }},
		{"a type that is not there", "transition", func(f []byte, second int) []byte {
			f[second+headLength+8*int(binary.BigEndian.Uint32(f[second+32:]))] = 200
			return f
		}},
		{"a type days away", "type", func(f []byte, second int) []byte {
			n := int(binary.BigEndian.Uint32(f[second+32:]))
			f[second+headLength+9*n] = 1
			return f
		}},
		{"a list of rules", "no head", func([]byte, int) []byte { return []byte("# version 2099a\nZ Europe/Berlin 1 - CET\n") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			file, second := berlin(t)
			if _, err := tzif.Parse(c.spoil(file, second)); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v, want an error with %q", err, c.says)
			}
		})
	}
}
