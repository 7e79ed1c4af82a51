// Package keys says what lies where in the table: it builds every key, and has as data, for
// each family of items, whose personal data is in them and how long they are kept. Nothing
// else makes a key, so that errors can name one without what came from outside, and export
// and erasure find all that there is.
//
// It is pure: no context, no clock, no table.
package keys
