package conditions

// Condition is one rule of a business: where it holds, the customer is handed to people.
type Condition struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	When         When   `json:"when"`
	DepartmentID string `json:"departmentId"` // who is asked for; empty: whom the assistant asks for
	// DepartmentName stands beside it in answers.
	DepartmentName *string `json:"departmentName"`
}

// When says when a condition holds: all that is given must hold, and of each list any one.
// What a signal does not tell does not hold.
type When struct {
	Phrases         []string    `json:"phrases,omitempty"` // in the newest words of the customer
	Unless          []string    `json:"unless,omitempty"`  // phrases that must not be there
	Intents         []string    `json:"intents,omitempty"`
	Sentiment       string      `json:"sentiment,omitempty"`
	ConfidenceBelow *float64    `json:"confidenceBelow,omitempty"` // 0 to 1; less than that, not equal
	FailedTurns     *int        `json:"failedTurns,omitempty"`     // so many, or more
	TurnsOver       *int        `json:"turnsOver,omitempty"`       // more than so many
	Attributes      []Attribute `json:"attributes,omitempty"`
	Languages       []string    `json:"languages,omitempty"` // en is en-IN and en_IN as well
	Channels        []string    `json:"channels,omitempty"`  // call, chat
	Hours           string      `json:"hours,omitempty"`     // open, closed
	Department      string      `json:"department,omitempty"`
	// DepartmentName stands beside it in answers.
	DepartmentName *string `json:"departmentName,omitempty"`
}

// Attribute compares one of the things that the assistant knows, such as orderValue greater
// 500.
type Attribute struct {
	Name       string `json:"name"`
	Comparison string `json:"comparison"`
	Value      string `json:"value"`
}

// The comparisons of an Attribute. Texts are compared folded, and numbers as numbers.
const (
	Equals    = "equals"
	NotEquals = "not_equals"
	Contains  = "contains"
	Greater   = "greater"
	Less      = "less"
	Exists    = "exists"
	Missing   = "missing"
)

// Comparisons are all of them.
func Comparisons() []string {
	return []string{Equals, NotEquals, Contains, Greater, Less, Exists, Missing}
}

// The values of When.Hours.
const (
	Open   = "open"
	Closed = "closed"
)

// The channels.
const (
	Call = "call"
	Chat = "chat"
)

// Bounds of what an owner may set.
const (
	MostConditions = 200
	MostPhrases    = 500 // of one list
	MostValues     = 50  // of the other lists
	LongestName    = 64
	LongestPhrase  = 200
	LongestValue   = 200
	MostTurns      = 1000
)

// Normal is the same without empty lists and without what only answers have.
func (w When) Normal() When {
	for _, list := range []*[]string{&w.Phrases, &w.Unless, &w.Intents, &w.Languages, &w.Channels} {
		if len(*list) == 0 {
			*list = nil
		}
	}
	if len(w.Attributes) == 0 {
		w.Attributes = nil
	}
	w.DepartmentName = nil
	return w
}
