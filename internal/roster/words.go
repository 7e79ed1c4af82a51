package roster

// Channel is how the customer is in contact.
type Channel string

// The channels.
const (
	Call Channel = "call"
	Chat Channel = "chat"
)

// Because says why a callback was registered.
type Because string

// The reasons of a callback.
const (
	NobodyOnline Because = "nobody_online"
	OffShift     Because = "off_shift"
	AllBusy      Because = "all_busy"
	NoAnswer     Because = "no_answer"
	NoSuchTeam   Because = "no_such_team"
)
