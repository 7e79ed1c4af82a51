// Package phone reads telephone numbers as machines send them: with blanks and brackets,
// in the digits of any script, with a country or as they are dialled inside it, as names
// of messengers.
//
// Read gives E.164, which is a plus, the country's calling code and the number. What is
// not certain is no number: a callback to a stranger is worse than a text that an agent
// reads. It also knows the callers who hide theirs, who must never be taken for one
// customer. Join gives the form in which two numbers are compared.
//
// The national plans are in plans.tsv: calling codes, trunk prefixes, prefixes to dial
// abroad, and how many digits a fixed or mobile number has. A library that knows every
// block of numbers costs 2 MB and 40 to 70 ms of each cold start, and turns words into
// digits; it is the tests' oracle.
package phone
