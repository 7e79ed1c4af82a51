// Package desk is the domain: a business's members and departments, the life of an
// escalation and the callbacks that catch what nobody took. Who can take work now, and
// whose turn it is, is its pure heart, package roster.
//
// It knows no AWS, no HTTP and no clock of its own. From outside it needs six roles: a
// table.Table that keeps everything, Timers that deliver messages later, Phones that ring,
// Identity that knows passwords, Shifts that tick at the boundaries of working hours, and a
// clock. Package cloud plays them on AWS, package local in one process on a file. Two more
// are optional: Metrics counts how the desk does, Announce tells other systems.
//
// A Desk remembers nothing itself. Any number of processes may work on one table, and each
// of them may die between any two calls.
//
// # How nothing is lost
//
// A timer is sent, then its request is stored, then an agent is claimed, then the phone
// rings. A crash after the first leaves a timer with nothing to do, and the caller repeats
// the request; after the second the timer finds it and claims an agent, or so late registers
// a callback; after the third it finds the offer and passes it on. Every state change is a
// pure function on a value followed by one conditional Write, so there is no state between.
// A timer names its escalation and offer and does nothing when the world has moved on, so it
// may come late, early or twice.
//
// # How turns are dealt
//
// Each department has a counter for each channel. A claim draws a ticket from it and takes
// the free agent with the lowest place, the ticket of that agent's last turn. The Write
// makes the new ticket the agent's place on the condition that the agent's row is still as
// it was read. With Asha at place 7 and Bilal at 9, ticket 10 is Asha's; then Bilal is
// next, also when Asha declines. roster.Roster.Turn proves that nobody is passed over.
//
// # Where things are
//
// A file is named for its room first and for what happens there second.
//
//	desk           the Desk and the roles it needs        words, problem    what all speak
//	escalation     as stored, and what a step makes of it _change           read, decide, one Write
//	   _turn       offered, accepted, declined, passed on _transfer, _end   and these: the pure transitions
//	   _begin      a request comes in                     _ask, _answer     its id, what was before; what is told
//	   _claim      the ticket and the turn                customer          who asks
//	   _agent      accept, decline, transfer, complete    _wake             when time is up
//	   _passon     offers that go on for their agent      _request          what was asked, kept whole
//	   _append     what came afterwards                   _file             under another department
//	   _waits      customers who get no word              _release         rows that lose work
//	   _history    what does not fit into one item        _view, drill      what members see, and test
//	   _list       lists, their filters, and for whom
//	callback       the ledger of who is to be called      _register         a new one, or joining one
//	   _entry      its conversations, items that stay small  _close         what resolved work settles
//	   _hold       claim, release, attempt, complete      _due              looks: when it is due, and after
//	   _contact    which conversation is spoken of        _speak            what the assistant does to it
//	   _tell       who is reminded                        _round, _free     who waits, told to who is free
//	   _find       lists and their filters                _list, _view      who may see which, and how
//	member         who they are, and their desk rows      _join, _leave     made and removed in steps
//	   _patch      what admins change                     _password         sign-in, codes, hand-over
//	   _presence   online and offline, who is free        _hours            when they work
//	   _reach      whether anything can ring there
//	account        settings as read                       _settings         settings as changed
//	department     groups and their unique names          identity          tokens and refusals
//	device         phones                                 _lose, _refusal   how they go, and what refuses late
//	shift          ticks at the boundaries of hours       _nobodyleft       who is left, and who is told
//	   _renew      for newer clock laws
//	message        what timers carry, and where it goes   notice, push      what phones show, and how it gets there
//	name           names beside ids, of the removed too
//	store          reading and writing one item           list              pages of many items
//	parallel       reads that go side by side             metrics           how the desk does
//	announcement   what other systems hear                audit, idempotency  what is remembered
//	live           what goes on now, in one look
//
// Package identitytest beside them is the contract of the role Identity as tests. Who can
// take work, turns and receipts are in package roster, schedules in package hours, and what
// lies where, whose data it is and how long it stays in package keys.
//
// # Which loop do I use?
//
// Everything that writes reads, decides and writes on what it read, and does so again when
// others were quicker. There are three such loops for anything new.
//
//   - Something about an escalation: a change (escalation_change.go). It reads escalation
//     and desk, takes a pure step, and writes rows, receipts and callbacks with it.
//     Desk.Accept is the shortest one to learn from.
//   - One item and what belongs to it: update (store.go). The callback of a claim, the
//     profile of a new password, the account of a setting.
//   - A member's desk row alone: Desk.updateRow (member.go), as presence does.
//
// The last two stand on Desk.write (store.go), which serves decisions about several items,
// such as a member's two halves.
//
// After an outcome that nobody knows each of them reads again, and must find its own work
// done: by a mark, a version or an equal value. Without that an attempt to call a customer
// is noted twice. An operation of more than one Write sends a finish message (message.go)
// before the first, or a crash between two of them leaves half of it for ever.
package desk
