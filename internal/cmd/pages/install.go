package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"path"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// serviceWorker bundles the file that rings while no page is open. Its name has no hash, since a
// browser looks for a newer one under the address that it knows, and it is no module: browsers that
// take modules there are few.
func (b *build) serviceWorker() error {
	options := b.options("sw.ts", nil)
	options.EntryNames, options.Splitting, options.Format = "[name]", false, api.FormatIIFE
	made := api.Build(options)
	if len(made.Errors) > 0 {
		return errors.New(strings.Join(api.FormatMessages(made.Errors, api.FormatMessagesOptions{}), ""))
	}
	for _, file := range made.OutputFiles {
		b.files[filepath.Base(file.Path)] = file.Contents
	}
	return nil
}

// manifestIcon is an icon as a manifest lists it.
// https://www.w3.org/TR/appmanifest/#icons-member
type manifestIcon struct {
	Source  string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose"`
}

// manifest draws the icons and writes what a browser needs to put the pages on a home screen. Icon is
// the address of the one that fills its square, which iPhones cut by themselves.
func (b *build) manifest() (icon string, err error) {
	var icons []manifestIcon
	for _, i := range []struct {
		name, sizes, purpose string
		pixels               int
	}{
		{"icon-small", "192x192", "any", 192}, {"icon-large", "512x512", "any", 512}, {"icon-maskable", "512x512", "maskable", 512},
	} {
		var drawn bytes.Buffer
		if err := png.Encode(&drawn, draw(i.pixels, i.purpose == "maskable")); err != nil {
			return "", err
		}
		icon = b.hashed(i.name, "png", drawn.Bytes())
		icons = append(icons, manifestIcon{icon, i.sizes, "image/png", i.purpose})
	}
	text, err := json.MarshalIndent(map[string]any{
		"id": "/", "name": "ConnectNow", "short_name": "ConnectNow", "lang": "en",
		"description": "Rings when a customer asks for a person.",
		"start_url":   "/me", "scope": "/", "display": "standalone",
		"theme_color": "#0b5c4f", "background_color": "#f6f6f3", "icons": icons,
	}, "", "  ")
	b.files["manifest.webmanifest"] = text
	return icon, err
}

// hashed keeps a file under a name with a hash of what is in it, and gives its address.
func (b *build) hashed(name, kind string, content []byte) (address string) {
	sum := sha256.Sum256(content)
	file := path.Join(b.folder, name+"-"+strings.ToUpper(hex.EncodeToString(sum[:4]))+"."+kind)
	b.files[file] = content
	return "/" + file
}

var (
	ground = color.NRGBA{0x0b, 0x5c, 0x4f, 0xff} // --brand of web/base.css
	figure = color.NRGBA{0xff, 0xff, 0xff, 0xff}
)

// samples is how many points a pixel is judged by in each direction, so that edges are smooth.
const samples = 4

// draw draws the icon: somebody whose phone rings. A maskable one fills its square and keeps the
// figure within the circle of four fifths that every launcher leaves
// (https://www.w3.org/TR/appmanifest/#icon-masks); the other has round corners.
func draw(pixels int, maskable bool) image.Image {
	scale := 1.0
	if maskable {
		scale = 1.2
	}
	img := image.NewNRGBA(image.Rect(0, 0, pixels, pixels))
	for at := range pixels * pixels {
		px, py := at%pixels, at/pixels
		covered, drawn := 0, 0
		for s := range samples * samples {
			x := (float64(px) + (float64(s%samples)+0.5)/samples) / float64(pixels)
			y := (float64(py) + (float64(s/samples)+0.5)/samples) / float64(pixels)
			if !maskable && !inRoundedSquare(x, y) {
				continue
			}
			covered++
			if inFigure((x-0.5)*scale, (y-0.5)*scale) {
				drawn++
			}
		}
		if covered > 0 {
			c := mixed(float64(drawn) / float64(covered))
			c.A = uint8(255 * covered / (samples * samples))
			img.SetNRGBA(px, py, c)
		}
	}
	return img
}

// inRoundedSquare reports whether a point of the square from 0 to 1 lies within its rounded corners.
func inRoundedSquare(x, y float64) bool {
	const corner = 0.22
	dx, dy := max(math.Abs(x-0.5)-0.5+corner, 0), max(math.Abs(y-0.5)-0.5+corner, 0)
	return math.Hypot(dx, dy) <= corner
}

// inFigure reports whether a point, as seen from the middle, belongs to head, shoulders or the arcs
// beside them.
func inFigure(x, y float64) bool {
	const headY, shouldersY = -0.1, 0.27
	head := math.Hypot(x, y-headY) <= 0.11
	shoulders := y <= shouldersY && math.Hypot(x, (y-shouldersY)*1.1) <= 0.2
	radius, angle := math.Hypot(x, y-headY), math.Abs(math.Atan2(y-headY, math.Abs(x)))
	inner, outer := math.Abs(radius-0.21) <= 0.024, math.Abs(radius-0.31) <= 0.024
	return head || shoulders || angle <= 0.6 && (inner || outer)
}

// mixed is the ground's colour with so much of the figure's over it.
func mixed(share float64) color.NRGBA {
	mix := func(a, b uint8) uint8 { return uint8(math.Round(float64(a) + share*(float64(b)-float64(a)))) }
	return color.NRGBA{mix(ground.R, figure.R), mix(ground.G, figure.G), mix(ground.B, figure.B), 0xff}
}
