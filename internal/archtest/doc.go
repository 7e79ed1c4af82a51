// Package archtest holds the arrows between the packages, who may import whom, and the
// links of the documents. It contains only tests, which read the import clauses of the
// source themselves, so that no build cache can answer for them.
package archtest
