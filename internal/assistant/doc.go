// Package assistant reads what machines send: the JSON of the assistant's actions. It is
// pure: bytes go in, requests to the desk come out.
//
// Whoever calls is a machine in the middle of a conversation. It cannot mend a form, and
// an error would lose its customer. So a request is refused only when it is no JSON object,
// its action is unknown, or its account is missing or no account's id. Everything else is
// taken: values are read by their meaning, what is too long is cut, what nobody knows is
// kept, and of each such thing the caller is told by a desk.Adjusted.
//
// The conversation has three parts. The front is what lists and pushes show, at most 8 KB:
// every text has a limit in characters, and all of it together one in bytes. Behind it lies
// AsSent, by path, which has the whole of what was cut and all that has no place of its
// own. Then come the messages. All three together have at most 1 MiB, measured as the agent
// is answered: beyond it the newest messages stay, and a single longer text keeps its
// beginning and its end. That is the one thing that is not kept, and it is told.
//
// The account's country, which national telephone numbers need, is known only when the desk
// has read the account: Read looks at what can be refused, and Reading.Request does the
// rest.
//
//	read.go      what is refused; the notes of what was adjusted
//	escalate.go  the action escalate
//	sister.go    the other actions
//	decide.go    what decide judges
//	platform.go  events of platforms that have a form of their own, and how they are told apart
//	connect.go   the block of an Amazon Connect flow
//	lex.go       the code hook of a Lex V2 bot, and lexanswer.go its answer
//	agentcore.go a tool called by a gateway of Bedrock AgentCore
//	classic.go   an action group of Bedrock Agents Classic
//	values.go    channel, reason, customer, attributes, links
//	times.go     when something was said, in whatever form
//	messages.go  the conversation's messages, the newest first
//	front.go     texts of the front, and how they are cut
//	size.go      what fits into 1 MiB
//	object.go    JSON objects field by field
//	json.go      JSON values that are known to be valid
package assistant
