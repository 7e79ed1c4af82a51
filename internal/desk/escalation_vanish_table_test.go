package desk_test

// What comes of an offer whose agent, or what it hangs on, vanishes while it rings: a row for
// each pair of what vanishes and what is done then. The row
//
//	lease | miss | | withdrawn | no_device | | Sales | rings at Next | callback no_answer
//
// says: the lease of the receiver's page ends, and they miss it. Nobody is told anything; the
// offer ends as withdrawn, with the note no_device; it counts as nothing of theirs; the
// escalation is filed under Sales. Where another agent is free it rings at Next, and where
// nobody is it has a callback because no_answer.
//
// What vanishes: the sender of a transfer or the admin who began a drill, and the receiver, are
// removed; the department asked for is deleted; the receiver's only device is deleted; the
// lease of their page ends; the lid of their laptop closes, while the lease goes on; their shift
// ends; their tokens die by a logout, or by an admin's new password. What is done: the receiver
// accepts, declines or misses it, or the customer leaves.

// A first offer in Sales, the department that was asked for.
const vanishFirst = `
vanishes   | answer  | told | ended       | why                           | counted     | filed   | with another                 | alone
receiver   | accept  | gone | withdrawn   |                               |             | Sales   | rings at Next                | callback no_answer
receiver   | decline | ok   | withdrawn   |                               |             | Sales   | rings at Next                | callback no_answer
receiver   | miss    |      | withdrawn   |                               |             | Sales   | rings at Next                | callback no_answer
receiver   | end     |      | withdrawn   |                               |             | Sales   | cancelled                    | callback no_answer

department | accept  | ok   | accepted    |                               |             | Sales   | Receiver has it              | Receiver has it
department | decline | ok   | declined    |                               |             | Sales   | rings at Next                | callback no_answer
department | miss    |      | missed      |                               | missed      | Sales   | rings at Next                | callback no_answer
department | end     |      | withdrawn   |                               |             | Sales   | cancelled                    | cancelled

device     | accept  | gone | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | callback no_answer
device     | decline | ok   | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | callback no_answer
device     | miss    |      | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | callback no_answer
device     | end     |      | withdrawn   | could not be reached any more |             | Sales   | cancelled                    | callback no_answer

lease      | accept  | ok   | accepted    |                               |             | Sales   | Receiver has it              | Receiver has it
lease      | decline | ok   | declined    |                               |             | Sales   | rings at Next                | callback no_answer
lease      | miss    |      | withdrawn   | no_device                     |             | Sales   | rings at Next                | callback no_answer
lease      | end     |      | withdrawn   |                               |             | Sales   | cancelled                    | cancelled

lid        | accept  | ok   | accepted    |                               |             | Sales   | Receiver has it              | Receiver has it
lid        | decline | ok   | declined    |                               |             | Sales   | rings at Next                | callback no_answer
lid        | miss    |      | unreachable |                               | unreachable | Sales   | rings at Next                | callback no_answer
lid        | end     |      | withdrawn   |                               |             | Sales   | cancelled                    | cancelled

shift      | accept  | ok   | accepted    |                               |             | Sales   | Receiver has it              | Receiver has it
shift      | decline | ok   | declined    |                               |             | Sales   | rings at Next                | callback no_answer
shift      | miss    |      | withdrawn   | off_shift                     |             | Sales   | rings at Next                | callback no_answer
shift      | end     |      | withdrawn   |                               |             | Sales   | cancelled                    | cancelled

logout     | accept  | gone | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | callback no_answer
logout     | decline | ok   | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | callback no_answer
logout     | miss    |      | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | callback no_answer
logout     | end     |      | withdrawn   | could not be reached any more |             | Sales   | cancelled                    | callback no_answer

password   | accept  | gone | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | callback no_answer
password   | decline | ok   | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | callback no_answer
password   | miss    |      | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | callback no_answer
password   | end     |      | withdrawn   | could not be reached any more |             | Sales   | cancelled                    | callback no_answer
`

// Support was asked for, where nobody is there: everyone is asked.
const vanishOverflow = `
vanishes   | answer  | told | ended       | why                           | counted     | filed   | with another                 | alone
receiver   | accept  | gone | withdrawn   |                               |             | Support | rings at Next                | callback no_answer
receiver   | decline | ok   | withdrawn   |                               |             | Support | rings at Next                | callback no_answer
receiver   | miss    |      | withdrawn   |                               |             | Support | rings at Next                | callback no_answer
receiver   | end     |      | withdrawn   |                               |             | Support | cancelled                    | callback no_answer

department | accept  | ok   | accepted    |                               |             | Support | Receiver has it              | Receiver has it
department | decline | ok   | declined    |                               |             | Support | rings at Next                | callback no_answer
department | miss    |      | missed      |                               | missed      | Support | rings at Next                | callback no_answer
department | end     |      | withdrawn   |                               |             | Support | cancelled                    | cancelled

device     | accept  | gone | withdrawn   | could not be reached any more |             | Support | rings at Next                | callback no_answer
device     | decline | ok   | withdrawn   | could not be reached any more |             | Support | rings at Next                | callback no_answer
device     | miss    |      | withdrawn   | could not be reached any more |             | Support | rings at Next                | callback no_answer
device     | end     |      | withdrawn   | could not be reached any more |             | Support | cancelled                    | callback no_answer

lease      | accept  | ok   | accepted    |                               |             | Support | Receiver has it              | Receiver has it
lease      | decline | ok   | declined    |                               |             | Support | rings at Next                | callback no_answer
lease      | miss    |      | withdrawn   | no_device                     |             | Support | rings at Next                | callback no_answer
lease      | end     |      | withdrawn   |                               |             | Support | cancelled                    | cancelled

lid        | accept  | ok   | accepted    |                               |             | Support | Receiver has it              | Receiver has it
lid        | decline | ok   | declined    |                               |             | Support | rings at Next                | callback no_answer
lid        | miss    |      | unreachable |                               | unreachable | Support | rings at Next                | callback no_answer
lid        | end     |      | withdrawn   |                               |             | Support | cancelled                    | cancelled

shift      | accept  | ok   | accepted    |                               |             | Support | Receiver has it              | Receiver has it
shift      | decline | ok   | declined    |                               |             | Support | rings at Next                | callback no_answer
shift      | miss    |      | withdrawn   | off_shift                     |             | Support | rings at Next                | callback no_answer
shift      | end     |      | withdrawn   |                               |             | Support | cancelled                    | cancelled

logout     | accept  | gone | withdrawn   | could not be reached any more |             | Support | rings at Next                | callback no_answer
logout     | decline | ok   | withdrawn   | could not be reached any more |             | Support | rings at Next                | callback no_answer
logout     | miss    |      | withdrawn   | could not be reached any more |             | Support | rings at Next                | callback no_answer
logout     | end     |      | withdrawn   | could not be reached any more |             | Support | cancelled                    | callback no_answer

password   | accept  | gone | withdrawn   | could not be reached any more |             | Support | rings at Next                | callback no_answer
password   | decline | ok   | withdrawn   | could not be reached any more |             | Support | rings at Next                | callback no_answer
password   | miss    |      | withdrawn   | could not be reached any more |             | Support | rings at Next                | callback no_answer
password   | end     |      | withdrawn   | could not be reached any more |             | Support | cancelled                    | callback no_answer
`
