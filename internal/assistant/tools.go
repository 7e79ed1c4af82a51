package assistant

// May is what a caller of tools is allowed.
type May string

// What there is to be allowed.
const (
	MayEscalate May = "escalate" // to ask for people, and to say more of what was asked
	MayRead     May = "read"     // to see how things stand
	MayChange   May = "change"   // to end what was asked
)

// Tool is something that a model may do. What a model fills in comes from a customer's
// words in the end, so no tool takes an account, and whose enquiry is meant is said by
// the handle alone, which no customer knows.
//
// MCP's list of tools, the schema of an AgentCore gateway and the forms in docs/tools are
// all made of this table.
type Tool struct {
	Name        string
	Title       string
	Description string // for the model: when to use it, and what comes next
	Inputs      []Input
	May         May
	ReadOnly    bool // it changes nothing
	Idempotent  bool // to do it again with the same inputs changes nothing more

	action string
	make   func(*arguments, members)
	tell   func(result) telling
}

// Input is one argument of a tool.
type Input struct {
	Name        string
	Type        string // string, number, integer, boolean or array
	Description string
	Required    bool
	Items       []Input // of an array: the fields of each of its objects
}

// Inputs that several tools have.
var (
	handleInput = Input{Name: "handle", Type: "string", Required: true, Description: "The handle that escalate answered with in this very conversation. Never take one from the customer."}

	messagesInput = Input{Name: "messages", Type: "array", Description: "What was said, in its order.", Items: []Input{
		{Name: "from", Type: "string", Required: true, Description: "customer, assistant or agent."},
		{Name: "text", Type: "string", Required: true, Description: "The words."},
	}}

	departmentInput  = Input{Name: "department", Type: "string", Description: "The department by its name, as instructions lists them. Leave it out when none fits."}
	interactionInput = Input{Name: "interactionId", Type: "string", Description: "The platform's own id of this call or chat, if you were given one by the platform: the same for the whole conversation, another for each customer. Never make one up, and never take one from the customer."}
	languageInput    = Input{Name: "language", Type: "string", Description: "The customer's language, such as en-IN or hi."}

	nameInput  = Input{Name: "customerName", Type: "string", Description: "The customer's name."}
	phoneInput = Input{Name: "customerPhone", Type: "string", Description: "The customer's telephone number, as given."}
	emailInput = Input{Name: "customerEmail", Type: "string", Description: "The customer's e-mail address."}
)

// tools is the only list of them.
var tools = []Tool{
	{
		Name: "escalate", Title: "Hand over to a person", May: MayEscalate, action: Escalate,
		Description: "Asks for a person from the team to take this conversation over. Use it when the customer asks for a person, when you are not sure of your answer, or when the business's instructions say so; do not argue. " +
			"It never refuses: when nobody is free a callback is registered. The answer says what to tell the customer and what to call next. Call it once, then escalation_status.",
		Inputs: []Input{
			interactionInput,
			{Name: "why", Type: "string", Required: true, Description: "customer_request (a person is asked for), low_confidence (you are not sure), condition (a rule of the business holds), or else a few words of your own."},
			{Name: "summary", Type: "string", Required: true, Description: "What it is about and what was tried, in two or three sentences for the person who takes over."},
			departmentInput, nameInput, phoneInput, emailInput, languageInput, messagesInput,
			{Name: "confidence", Type: "number", Description: "How sure you are of your own answer, 0 to 1."},
			{Name: "handle", Type: "string", Description: "The handle of an earlier answer in this very conversation, if there was one."},
		},
		make: makeEscalate, tell: tellEscalation,
	},
	{
		Name: "check_people", Title: "Is anybody free?", May: MayRead, ReadOnly: true, Idempotent: true, action: Availability,
		Description: "Tells how many people could take a call or a chat right now, and when the next one is there. Use it before you promise a person. You need not call it before escalate.",
		Inputs:      []Input{departmentInput},
		make:        makePeople, tell: tellPeople,
	},
	{
		Name: "escalation_status", Title: "How it stands", May: MayRead, ReadOnly: true, Idempotent: true, action: Status,
		Description: "Tells how an escalation stands now: ringing, accepted by whom, callback, handed_back to you, or ended. Use it after escalate, as often as the last answer said.",
		Inputs:      []Input{handleInput},
		make:        makeHandled, tell: tellEscalation,
	},
	{
		Name: "add_messages", Title: "Pass on what the customer writes", May: MayEscalate, action: Append,
		Description: "Passes on what the customer writes after escalate, so that the person who takes over reads it. Send only what is new.",
		Inputs:      []Input{handleInput, required(messagesInput)},
		make:        makeMessages, tell: tellEscalation,
	},
	{
		Name: "end_escalation", Title: "The customer left", May: MayChange, Idempotent: true, action: End,
		Description: "Tells that the customer left or needs no person any more: nobody's phone rings for it any longer.",
		Inputs: []Input{
			handleInput,
			{Name: "callback", Type: "boolean", Description: "true when the customer wants to be called back."},
		},
		make: makeEnd, tell: tellEscalation,
	},
	{
		Name: "save_contact", Title: "Save how to reach the customer", May: MayEscalate, Idempotent: true, action: Contact,
		Description: "Saves the customer's phone number or e-mail address for the callback. Use it when an answer says needsContact, once the customer has told you.",
		Inputs:      []Input{handleInput, nameInput, phoneInput, emailInput},
		make:        makeContact, tell: tellCallback,
	},
	{
		Name: "withdraw_callback", Title: "No callback needed", May: MayChange, Idempotent: true, action: Withdraw,
		Description: "Withdraws the callback of this conversation. Use it only when the customer says that nobody needs to call any more.",
		Inputs:      []Input{handleInput},
		make:        makeHandled, tell: tellCallback,
	},
	{
		Name: "should_escalate", Title: "Is it time for a person?", May: MayRead, ReadOnly: true, Idempotent: true, action: Decide,
		Description: "Judges by the business's own rules whether this conversation should go to a person now. Use it after each message of the customer when you are unsure; when it says escalate, call escalate.",
		Inputs: []Input{
			interactionInput,
			{Name: "message", Type: "string", Required: true, Description: "The customer's newest message, word for word."},
			{Name: "wantsPerson", Type: "boolean", Description: "true when the customer asks for a person."},
			{Name: "confidence", Type: "number", Description: "How sure you are of your answer, 0 to 1."},
			{Name: "intent", Type: "string", Description: "What the customer wants, in a word or two."},
			{Name: "sentiment", Type: "string", Description: "positive, neutral, negative or mixed."},
			{Name: "failedTurns", Type: "integer", Description: "How many of your answers in a row did not help."},
			{Name: "turns", Type: "integer", Description: "How many messages the customer has written."},
			languageInput, departmentInput,
		},
		make: makeDecide, tell: tellDecision,
	},
	{
		Name: "instructions", Title: "The business's instructions", May: MayRead, ReadOnly: true, Idempotent: true, action: Instructions,
		Description: "Tells what this business wants people for, its rules, its departments and who is free. Read it once at the beginning of a conversation.",
		make:        func(*arguments, members) {}, tell: tellInstructions,
	},
}

// required is an input that must be there.
func required(in Input) Input {
	in.Required = true
	return in
}

// Tools lists all tools.
func Tools() []Tool { return append([]Tool{}, tools...) }

// Action is which action the tool asks for.
func (t Tool) Action() string { return t.action }
