package roster

// Channel is how the customer is in contact. It is stored in every row and escalation.
type Channel string

// The channels.
const (
	Call Channel = "call"
	Chat Channel = "chat"
)

// Because says why a callback was registered. The assistant may word its apology by it.
type Because string

// The reasons of a callback.
const (
	NobodyOnline Because = "nobody_online" // on shift, and all of them offline
	OffShift     Because = "off_shift"     // nobody is on shift
	AllBusy      Because = "all_busy"      // online and on shift, with no room
	TimedOut     Because = "timed_out"     // an agent took it, and fell silent
	NoAnswer     Because = "no_answer"     // it rang, and nobody took it
	NoSuchTeam   Because = "no_such_team"  // the department is not there, and nobody else may be asked
	Trouble      Because = "trouble"       // agents were free, and none could be rung for want of a timer
)
