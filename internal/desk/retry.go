package desk

import (
	"errors"

	"github.com/connectnow/backend/internal/table"
)

// isCondition reports whether err is a condition that did not hold.
func isCondition(err error) bool {
	var c *table.ConditionError
	return errors.As(err, &c)
}

// again reports whether reading and deciding anew is the answer to a failed Write.
func again(err error) bool {
	return isCondition(err) || errors.Is(err, table.ErrConflict) ||
		errors.Is(err, table.ErrOutcomeUnknown) || errors.Is(err, table.ErrUnavailable)
}

// Transient reports whether err says only that the table could not be reached or that
// others were quicker: the same call may succeed in a moment.
func Transient(err error) bool { return again(err) }
