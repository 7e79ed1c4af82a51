package chart

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// TestSVG: what is drawn is XML, small, has its words, and is drawn alike twice.
func TestSVG(t *testing.T) {
	p := Picture{
		Title: "Fish & chips", Description: "More <fish>.", Height: 300,
		Panels: []Panel{
			Lines{Title: "Growth", X: "members", Y: "ms", At: []float64{1, 1000}, Series: []Series{{"one", []float64{37, 40}}, {"eight", []float64{37, 41}}}},
			Dots{Title: "Rows", X: "times", Ticks: []float64{0, 0.5}, Rows: []string{"a", "b"}, Series: []Series{{"blue", []float64{0, 0.5}}}},
		},
	}
	svg := p.SVG()
	if !bytes.Equal(svg, p.SVG()) {
		t.Error("drawn twice it differs")
	}
	var words []string
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, is := token.(xml.CharData); is {
			words = append(words, strings.TrimSpace(string(text)))
		}
	}
	for _, want := range []string{"Fish & chips", "More <fish>.", "Growth", "members", "1,000", "one", "eight", "times", "0.5", "b", "blue"} {
		if !slices.Contains(words, want) {
			t.Errorf("%q is not in the picture", want)
		}
	}
	if strings.Contains(string(svg), "NaN") || len(svg) > 10_000 {
		t.Errorf("%d bytes:\n%s", len(svg), svg)
	}
}

// TestApart: labels that would lie on one another are moved down, in their order.
func TestApart(t *testing.T) {
	if got, want := apart([]float64{40, 10, 12}), []float64{40, 10, 25}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
