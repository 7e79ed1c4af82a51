// Package archtest holds the arrows between the packages: who may import whom. It
// contains only tests, which read the import clauses of the source themselves, so that
// no build cache can answer for them.
package archtest
