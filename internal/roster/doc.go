// Package roster answers three questions about an account's members at one moment: who
// can take work now, whose turn it is, and why it is not the others'. It is the pure heart
// of package desk: it reads what one Query found, and knows no context, no clock and no
// table to write to.
//
// "Can" has three storeys, each built on the one below:
//
//   - there: online and on shift, busy or not (Row.There). Members who are there hear of
//     overdue callbacks, and as long as one is, the owner is not told that nobody is left.
//   - room: one more of the channel fits (Row.NoRoom). A call, ringing or active, blocks
//     everything; chats do not block a call.
//   - turn: there, with room, in the department, not yet offered this escalation, and of
//     all these the one with the lowest place (Roster.Turn, which has the proof that
//     nobody is passed over).
//
// A Receipt keeps the answer to the third question for good, with one reason a member.
// For example, of three agents in Kids with the places 41, 39 and 40, the second is on a
// call: the first offer goes to the third, and the receipt says offered, later_in_rotation
// and on_call.
package roster
