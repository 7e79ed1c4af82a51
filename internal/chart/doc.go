// Package chart draws the pictures of docs/numbers.md: small SVG files that the commands which
// measure write, and that read alike in GitHub's light and dark themes, since each brings its own
// background. The same values make the same bytes, so that a test can compare them.
//
// A Picture has panels side by side. Lines is for what grows: both axes are logarithmic, and each
// line has its name at its end. Dots is for a few values of each of several things, one row each.
package chart
