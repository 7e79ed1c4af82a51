package desk

import (
	"context"

	"github.com/connectnow/backend/internal/hours"
)

// Country is where an account is, by ISO 3166: that of its time zone. It is empty where the
// zone is no country's.
func (d *Desk) Country(ctx context.Context, accountID string) (string, error) {
	snap, err := d.readDesk(ctx, accountID)
	if err != nil {
		return "", err
	}
	if snap.Version == 0 {
		return "", notFound("account")
	}
	return hours.Country(snap.Account.TimeZone), nil
}
