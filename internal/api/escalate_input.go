package api

import (
	"errors"

	"github.com/connectnow/backend/internal/assistant"
	"github.com/connectnow/backend/internal/roster"
)

// readChannel reads call or chat of a drill, where a person can mend the form. What
// machines send is read by package assistant.
func readChannel(o *object) roster.Channel {
	return enum(o, "channel", required, roster.Call, roster.Chat)
}

// readMachine looks at all for which a machine's request can be refused.
func readMachine(body []byte, o assistant.Options) (*assistant.Reading, error) {
	r, err := assistant.Read(body, o)
	return r, machineError(err)
}

// machineError makes the 400 of a body that is no JSON object; all else stays as it is.
func machineError(err error) error {
	if not := (*assistant.NotJSON)(nil); errors.As(err, &not) {
		return notJSON(not.Detail)
	}
	return err
}
