// Package coldstart measures how long a function takes until it can serve, and how large
// it is. It contains only tests. They build the functions by the Makefile's own command
// and start them as Lambda does, by the Runtime API, one process each time. AWS behind
// them is a stub that answers every call at once with nothing in it: what is measured is
// our code and the SDK, not a database. Lambda adds the start of its sandbox to that and
// gives a function with little memory a part of a processor only.
package coldstart
