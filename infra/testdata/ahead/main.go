// Command ahead is the function FUNCTION as it is deployed, but for its clock. That is ahead
// by as many nanoseconds as the file AHEAD says, so that a test of minutes takes seconds.
package main

import (
	"context"
	"os"
	"strconv"
	"time"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/letters"
	"github.com/connectnow/backend/internal/cloud/shifts"
	"github.com/connectnow/backend/internal/cloud/users"
	"github.com/connectnow/backend/internal/cloud/vault"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/gateway"
)

func main() { gateway.Start(open, gateway.Functions()[os.Getenv("FUNCTION")]) }

func open(ctx context.Context) (*desk.Desk, error) {
	d, err := cloud.Desk(users.Part, shifts.Part, vault.Part, letters.Part)(ctx)
	if err != nil {
		return nil, err
	}
	d.Now, d.Timers.(*cloud.Timers).Now, d.Phones.(*cloud.Phones).Now = now, now, now
	return d, nil
}

func now() time.Time {
	text, err := os.ReadFile(os.Getenv("AHEAD"))
	if err != nil {
		panic(err)
	}
	ahead, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil {
		panic(err)
	}
	return time.Now().Add(time.Duration(ahead))
}
