package desk_test

// What comes of transfers and drills, as escalation_vanish_table_test.go has it of others.

// A transfer to one member, who is of another department. The department asked for is that
// of the chat, Sales, which gets it when the sender is removed and the receiver does not take it.
const vanishToMember = `
vanishes   | answer  | told | ended       | why                           | counted     | filed   | with another                 | alone
sender     | accept  | ok   | accepted    |                               |             | Sales   | Receiver has it              | Receiver has it
sender     | decline | ok   | declined    |                               |             | Sales   | rings at Next                | callback no_answer
sender     | miss    |      | missed      |                               | missed      | Sales   | rings at Next                | callback no_answer
sender     | end     |      | withdrawn   |                               |             | Sales   | cancelled                    | cancelled

receiver   | accept  | gone | withdrawn   |                               |             | Sales   | back with Sender             | back with Sender
receiver   | decline | ok   | withdrawn   |                               |             | Sales   | back with Sender             | back with Sender
receiver   | miss    |      | withdrawn   |                               |             | Sales   | back with Sender             | back with Sender
receiver   | end     |      | withdrawn   |                               |             | Sales   | completed customer_left      | completed customer_left

department | accept  | ok   | accepted    |                               |             | Sales   | Receiver has it              | Receiver has it
department | decline | ok   | declined    |                               |             | Sales   | back with Sender             | back with Sender
department | miss    |      | missed      |                               | missed      | Sales   | back with Sender             | back with Sender
department | end     |      | withdrawn   |                               |             | Sales   | completed customer_left      | completed customer_left

device     | accept  | gone | withdrawn   | could not be reached any more |             | Sales   | back with Sender             | back with Sender
device     | decline | ok   | withdrawn   | could not be reached any more |             | Sales   | back with Sender             | back with Sender
device     | miss    |      | withdrawn   | could not be reached any more |             | Sales   | back with Sender             | back with Sender
device     | end     |      | withdrawn   | could not be reached any more |             | Sales   | completed customer_left      | completed customer_left

lease      | accept  | ok   | accepted    |                               |             | Sales   | Receiver has it              | Receiver has it
lease      | decline | ok   | declined    |                               |             | Sales   | back with Sender             | back with Sender
lease      | miss    |      | withdrawn   | no_device                     |             | Sales   | back with Sender             | back with Sender
lease      | end     |      | withdrawn   |                               |             | Sales   | completed customer_left      | completed customer_left

lid        | accept  | ok   | accepted    |                               |             | Sales   | Receiver has it              | Receiver has it
lid        | decline | ok   | declined    |                               |             | Sales   | back with Sender             | back with Sender
lid        | miss    |      | unreachable |                               | unreachable | Sales   | back with Sender             | back with Sender
lid        | end     |      | withdrawn   |                               |             | Sales   | completed customer_left      | completed customer_left

shift      | accept  | ok   | accepted    |                               |             | Sales   | Receiver has it              | Receiver has it
shift      | decline | ok   | declined    |                               |             | Sales   | back with Sender             | back with Sender
shift      | miss    |      | withdrawn   | off_shift                     |             | Sales   | back with Sender             | back with Sender
shift      | end     |      | withdrawn   |                               |             | Sales   | completed customer_left      | completed customer_left

logout     | accept  | gone | withdrawn   | could not be reached any more |             | Sales   | back with Sender             | back with Sender
logout     | decline | ok   | withdrawn   | could not be reached any more |             | Sales   | back with Sender             | back with Sender
logout     | miss    |      | withdrawn   | could not be reached any more |             | Sales   | back with Sender             | back with Sender
logout     | end     |      | withdrawn   | could not be reached any more |             | Sales   | completed customer_left      | completed customer_left

password   | accept  | gone | withdrawn   | could not be reached any more |             | Sales   | back with Sender             | back with Sender
password   | decline | ok   | withdrawn   | could not be reached any more |             | Sales   | back with Sender             | back with Sender
password   | miss    |      | withdrawn   | could not be reached any more |             | Sales   | back with Sender             | back with Sender
password   | end     |      | withdrawn   | could not be reached any more |             | Sales   | completed customer_left      | completed customer_left
`

// A transfer from Sales to Support. Nobody of Sales is asked, and it is filed under Support once
// it is taken there, or its sender is gone.
const vanishToDepartment = `
vanishes   | answer  | told | ended       | why                           | counted     | filed   | with another                 | alone
sender     | accept  | ok   | accepted    |                               |             | Support | Receiver has it              | Receiver has it
sender     | decline | ok   | declined    |                               |             | Support | rings at Next                | callback no_answer
sender     | miss    |      | missed      |                               | missed      | Support | rings at Next                | callback no_answer
sender     | end     |      | withdrawn   |                               |             | Support | cancelled                    | cancelled

receiver   | accept  | gone | withdrawn   |                               |             | Sales   | Sender has it, rings at Next | back with Sender
receiver   | decline | ok   | withdrawn   |                               |             | Sales   | Sender has it, rings at Next | back with Sender
receiver   | miss    |      | withdrawn   |                               |             | Sales   | Sender has it, rings at Next | back with Sender
receiver   | end     |      | withdrawn   |                               |             | Sales   | completed customer_left      | completed customer_left

department | accept  | ok   | accepted    |                               |             | Support | Receiver has it              | Receiver has it
department | decline | ok   | declined    |                               |             | Sales   | back with Sender             | back with Sender
department | miss    |      | missed      |                               | missed      | Sales   | back with Sender             | back with Sender
department | end     |      | withdrawn   |                               |             | Sales   | completed customer_left      | completed customer_left

device     | accept  | gone | withdrawn   | could not be reached any more |             | Sales   | Sender has it, rings at Next | back with Sender
device     | decline | ok   | withdrawn   | could not be reached any more |             | Sales   | Sender has it, rings at Next | back with Sender
device     | miss    |      | withdrawn   | could not be reached any more |             | Sales   | Sender has it, rings at Next | back with Sender
device     | end     |      | withdrawn   | could not be reached any more |             | Sales   | completed customer_left      | completed customer_left

lease      | accept  | ok   | accepted    |                               |             | Support | Receiver has it              | Receiver has it
lease      | decline | ok   | declined    |                               |             | Sales   | Sender has it, rings at Next | back with Sender
lease      | miss    |      | withdrawn   | no_device                     |             | Sales   | Sender has it, rings at Next | back with Sender
lease      | end     |      | withdrawn   |                               |             | Sales   | completed customer_left      | completed customer_left

lid        | accept  | ok   | accepted    |                               |             | Support | Receiver has it              | Receiver has it
lid        | decline | ok   | declined    |                               |             | Sales   | Sender has it, rings at Next | back with Sender
lid        | miss    |      | unreachable |                               | unreachable | Sales   | Sender has it, rings at Next | back with Sender
lid        | end     |      | withdrawn   |                               |             | Sales   | completed customer_left      | completed customer_left

shift      | accept  | ok   | accepted    |                               |             | Support | Receiver has it              | Receiver has it
shift      | decline | ok   | declined    |                               |             | Sales   | Sender has it, rings at Next | back with Sender
shift      | miss    |      | withdrawn   | off_shift                     |             | Sales   | Sender has it, rings at Next | back with Sender
shift      | end     |      | withdrawn   |                               |             | Sales   | completed customer_left      | completed customer_left

logout     | accept  | gone | withdrawn   | could not be reached any more |             | Sales   | Sender has it, rings at Next | back with Sender
logout     | decline | ok   | withdrawn   | could not be reached any more |             | Sales   | Sender has it, rings at Next | back with Sender
logout     | miss    |      | withdrawn   | could not be reached any more |             | Sales   | Sender has it, rings at Next | back with Sender
logout     | end     |      | withdrawn   | could not be reached any more |             | Sales   | completed customer_left      | completed customer_left

password   | accept  | gone | withdrawn   | could not be reached any more |             | Sales   | Sender has it, rings at Next | back with Sender
password   | decline | ok   | withdrawn   | could not be reached any more |             | Sales   | Sender has it, rings at Next | back with Sender
password   | miss    |      | withdrawn   | could not be reached any more |             | Sales   | Sender has it, rings at Next | back with Sender
password   | end     |      | withdrawn   | could not be reached any more |             | Sales   | completed customer_left      | completed customer_left
`

// A drill in Sales. It never becomes a callback.
const vanishDrill = `
vanishes   | answer  | told | ended       | why                           | counted     | filed   | with another                 | alone
sender     | accept  | ok   | accepted    |                               |             | Sales   | Receiver has it              | Receiver has it
sender     | decline | ok   | declined    |                               |             | Sales   | rings at Next                | cancelled
sender     | miss    |      | missed      |                               | missed      | Sales   | rings at Next                | cancelled
sender     | end     |      | withdrawn   |                               |             | Sales   | cancelled                    | cancelled

receiver   | accept  | gone | withdrawn   |                               |             | Sales   | rings at Next                | cancelled
receiver   | decline | ok   | withdrawn   |                               |             | Sales   | rings at Next                | cancelled
receiver   | miss    |      | withdrawn   |                               |             | Sales   | rings at Next                | cancelled
receiver   | end     |      | withdrawn   |                               |             | Sales   | cancelled                    | cancelled

department | accept  | ok   | accepted    |                               |             | Sales   | Receiver has it              | Receiver has it
department | decline | ok   | declined    |                               |             | Sales   | rings at Next                | cancelled
department | miss    |      | missed      |                               | missed      | Sales   | rings at Next                | cancelled
department | end     |      | withdrawn   |                               |             | Sales   | cancelled                    | cancelled

device     | accept  | gone | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | cancelled
device     | decline | ok   | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | cancelled
device     | miss    |      | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | cancelled
device     | end     |      | withdrawn   | could not be reached any more |             | Sales   | cancelled                    | cancelled

lease      | accept  | ok   | accepted    |                               |             | Sales   | Receiver has it              | Receiver has it
lease      | decline | ok   | declined    |                               |             | Sales   | rings at Next                | cancelled
lease      | miss    |      | withdrawn   | no_device                     |             | Sales   | rings at Next                | cancelled
lease      | end     |      | withdrawn   |                               |             | Sales   | cancelled                    | cancelled

lid        | accept  | ok   | accepted    |                               |             | Sales   | Receiver has it              | Receiver has it
lid        | decline | ok   | declined    |                               |             | Sales   | rings at Next                | cancelled
lid        | miss    |      | unreachable |                               | unreachable | Sales   | rings at Next                | cancelled
lid        | end     |      | withdrawn   |                               |             | Sales   | cancelled                    | cancelled

shift      | accept  | ok   | accepted    |                               |             | Sales   | Receiver has it              | Receiver has it
shift      | decline | ok   | declined    |                               |             | Sales   | rings at Next                | cancelled
shift      | miss    |      | withdrawn   | off_shift                     |             | Sales   | rings at Next                | cancelled
shift      | end     |      | withdrawn   |                               |             | Sales   | cancelled                    | cancelled

logout     | accept  | gone | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | cancelled
logout     | decline | ok   | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | cancelled
logout     | miss    |      | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | cancelled
logout     | end     |      | withdrawn   | could not be reached any more |             | Sales   | cancelled                    | cancelled

password   | accept  | gone | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | cancelled
password   | decline | ok   | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | cancelled
password   | miss    |      | withdrawn   | could not be reached any more |             | Sales   | rings at Next                | cancelled
password   | end     |      | withdrawn   | could not be reached any more |             | Sales   | cancelled                    | cancelled
`

// A drill for one, which asks nobody else, and no department.
const vanishDrillForOne = `
vanishes   | answer  | told | ended       | why                           | counted     | filed   | with another                 | alone
sender     | accept  | ok   | accepted    |                               |             |         | Receiver has it              | Receiver has it
sender     | decline | ok   | declined    |                               |             |         | cancelled                    | cancelled
sender     | miss    |      | missed      |                               | missed      |         | cancelled                    | cancelled
sender     | end     |      | withdrawn   |                               |             |         | cancelled                    | cancelled

receiver   | accept  | gone | withdrawn   |                               |             |         | cancelled                    | cancelled
receiver   | decline | ok   | withdrawn   |                               |             |         | cancelled                    | cancelled
receiver   | miss    |      | withdrawn   |                               |             |         | cancelled                    | cancelled
receiver   | end     |      | withdrawn   |                               |             |         | cancelled                    | cancelled

device     | accept  | gone | withdrawn   | could not be reached any more |             |         | cancelled                    | cancelled
device     | decline | ok   | withdrawn   | could not be reached any more |             |         | cancelled                    | cancelled
device     | miss    |      | withdrawn   | could not be reached any more |             |         | cancelled                    | cancelled
device     | end     |      | withdrawn   | could not be reached any more |             |         | cancelled                    | cancelled

lease      | accept  | ok   | accepted    |                               |             |         | Receiver has it              | Receiver has it
lease      | decline | ok   | declined    |                               |             |         | cancelled                    | cancelled
lease      | miss    |      | withdrawn   | no_device                     |             |         | cancelled                    | cancelled
lease      | end     |      | withdrawn   |                               |             |         | cancelled                    | cancelled

lid        | accept  | ok   | accepted    |                               |             |         | Receiver has it              | Receiver has it
lid        | decline | ok   | declined    |                               |             |         | cancelled                    | cancelled
lid        | miss    |      | unreachable |                               | unreachable |         | cancelled                    | cancelled
lid        | end     |      | withdrawn   |                               |             |         | cancelled                    | cancelled

shift      | accept  | ok   | accepted    |                               |             |         | Receiver has it              | Receiver has it
shift      | decline | ok   | declined    |                               |             |         | cancelled                    | cancelled
shift      | miss    |      | withdrawn   | off_shift                     |             |         | cancelled                    | cancelled
shift      | end     |      | withdrawn   |                               |             |         | cancelled                    | cancelled

logout     | accept  | gone | withdrawn   | could not be reached any more |             |         | cancelled                    | cancelled
logout     | decline | ok   | withdrawn   | could not be reached any more |             |         | cancelled                    | cancelled
logout     | miss    |      | withdrawn   | could not be reached any more |             |         | cancelled                    | cancelled
logout     | end     |      | withdrawn   | could not be reached any more |             |         | cancelled                    | cancelled

password   | accept  | gone | withdrawn   | could not be reached any more |             |         | cancelled                    | cancelled
password   | decline | ok   | withdrawn   | could not be reached any more |             |         | cancelled                    | cancelled
password   | miss    |      | withdrawn   | could not be reached any more |             |         | cancelled                    | cancelled
password   | end     |      | withdrawn   | could not be reached any more |             |         | cancelled                    | cancelled
`
