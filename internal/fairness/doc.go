// Package fairness has only tests: a week in a shop, played by the product's own rotation and by
// the rules of others, and judged by one measure.
//
// The same customers come to the same agents, who come and go, decline, miss and take as long,
// whatever the rule: a seed draws all that beforehand. Who could be asked, and when a member has
// room, is for all of them what package roster says, so that the rules differ in nothing but whom
// of the free they choose. The claim is sequential here; that claims at once keep the promise,
// too, is held by TestFair of package desk, over the whole desk.
package fairness
