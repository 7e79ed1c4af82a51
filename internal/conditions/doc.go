// Package conditions says when a customer is handed to people, and why. It is pure: what was
// said and what an account's settings are come in, a verdict goes out.
//
// The newest words of the customer are judged and what the assistant signals beside them,
// never the words of a model. In this order: the customer wishes for a person, the assistant
// is less sure than the account wants it to be, and then the owner's conditions as they
// stand. The first that holds is the verdict.
//
// Words are compared as people would compare them. "I’d like a HUMAN" has the phrase "a
// human", "l'operatore" has "operatore", and 转人工 is found in a sentence without blanks,
// while "inhumane" has no human in it. Both sides are folded (see Fold) and taken apart into
// words (see Split); a phrase matches words that follow one another, and a star at its end
// has its last word be a beginning. Nothing is guessed beyond that: who says "I don't want a
// human" has said the phrase, and Unless is for owners who mind.
//
//	condition.go  what an owner sets, and what of it is refused
//	fold.go       letters that count as the same
//	split.go      where a word begins and ends
//	index.go      thousands of phrases looked for in one pass
//	wish.go       how people ask for a person, in eight languages
//	signals.go    what is judged
//	judge.go      the verdict
//	attributes.go what is compared with what the assistant knows
package conditions
