// Package desk is the domain: a business's members and departments, the life of an
// escalation and the callbacks that catch what nobody took. Who can take work now, and
// whose turn it is, is its pure heart, package roster.
//
// It knows no AWS, no HTTP and no clock of its own. What it needs from outside are six
// roles: a table.Table that keeps everything, Timers that deliver messages later, Phones
// that ring, Identity that knows passwords, Shifts that tick at the boundaries of working
// hours, and a clock. Package cloud plays them on AWS, package local in one process on a
// file. Whoever wants to know how the desk does gives it Metrics besides.
//
// # How nothing is lost
//
// A request is stored, then its timer is sent, then an agent is claimed, then the
// phone rings. Every state change is a pure function on a value followed by one
// conditional Write, so there is no state between. Timers name the escalation and the
// offer they were meant for and do nothing when the world has moved on; whatever dies
// after a timer was sent is carried on by it.
//
// # How turns are dealt
//
// Each department has a counter for each channel. A claim draws a ticket from it and
// takes the free agent with the lowest place, the ticket of that agent's last turn;
// the Write makes the new ticket the agent's place on the condition that the agent's
// row is still as it was read. See roster.Roster.Turn for why nobody is passed over.
//
// # Where things are
//
// A file is named for its room first and for what happens there second.
//
//	desk           the Desk and the roles it needs        words, problem    what all speak
//	escalation     the transitions, all of them pure      _change           read, decide, one Write
//	   _begin      a request comes in, the answers        _claim            the ticket and the turn
//	   _agent      accept, decline, transfer, complete    _wake             when time is up
//	   _request    what was asked, kept whole             _view, drill      what members see
//	callback       the ledger of who is to be called      _register, _hold, _due, _contact, _list
//	member         who they are                           _join, _leave, _patch, _password, _presence, _hours
//	account        settings                               department, device, identity
//	shift          ticks at the boundaries of hours       _nobodyleft       who is left, and who is told
//	message        what timers carry, and where it goes   notice, push      what phones show, and how it gets there
//	family         what lies where, whose data, how long  keys              the keys themselves
//	store, list    reading and writing                    parallel          side by side
//	metrics, announcement, audit, idempotency             what others learn, and what is remembered
//
// # Which loop do I use?
//
// Everything that writes reads, decides and writes on what it read, and does so again
// when others were quicker. There are three such loops, and no fourth is needed:
//
//   - Something about an escalation: a change (escalation_change.go). It reads escalation
//     and desk, takes a pure step, and writes rows, receipts and callbacks with it.
//     Desk.Accept is the shortest one to learn from.
//   - One item and what belongs to it: update (store.go). The callback of a claim, the
//     profile of a new password, the account of a setting.
//   - A member's desk row alone: Desk.updateRow (member.go), as presence does.
//
// After an outcome that nobody knows each of them reads again, and must find its own
// work done: by a mark, a version or an equal value. An operation of more than one Write
// sends a finish message (message.go) before the first.
package desk
