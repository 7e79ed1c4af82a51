// Package browser has only tests: what people do in the pages, by a real Chromium over a real
// sandbox. Each file of testdata/stories is a story, told in JavaScript to the browser by
// playwright-core; testdata/harness holds what they share. Each has a sandbox of its own, and in the
// browser a context of their own for each of its people. Stories in testdata/soak take minutes, or an
// hour, and are run by make soak alone.
//
// A story fails not only by what it looks for: each page that it opens is watched, and whatever that
// says on its console, throws, is refused by its Content-Security-Policy, or asks for in vain is a
// fault unless the story expected it. With SCREENS=1 they leave pictures of what they saw in
// .cache/screens; one that fails always does.
package browser
