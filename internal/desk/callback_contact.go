package desk

import (
	"context"
	"strings"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// contact tells customers apart: it is the phone, else the e-mail, and empty when there is
// neither. Two people with one phone share a callback.
func (c Customer) contact() string {
	if c.Phone != "" {
		return c.Phone
	}
	return strings.ToLower(c.Email)
}

// Contact completes the contact details of a callback. Empty fields of customer change
// nothing, so an e-mail given later leaves the phone. Problem not-found.
func (d *Desk) Contact(ctx context.Context, accountID, callbackID string, customer Customer) (Callback, error) {
	cb, err := update(ctx, d, keys.Callback(callbackID), func(s *stored[callback]) (bool, []table.Op, error) {
		cb := &s.value
		if !s.found() || cb.Account != accountID {
			return false, nil, notFound("callback")
		}
		before := cb.Customer
		after := before.with(customer)
		if after == before {
			return false, nil, nil
		}
		var ops []table.Op
		if cb.pending() && after.contact() != before.contact() {
			var err error
			if ops, err = d.moveContact(ctx, callbackID, cb, after); err != nil {
				return false, nil, err
			}
		}
		cb.Customer, cb.NeedsContact = after, after.contact() == ""
		return true, ops, nil
	})
	return cb.view(callbackID), err
}

// moveContact leads later callbacks of the customer to this one by its new contact, unless
// another is found there.
func (d *Desk) moveContact(ctx context.Context, id string, cb *callback, after Customer) ([]table.Op, error) {
	ops, err := d.leaveCustomer(ctx, id, cb)
	if err != nil {
		return nil, err
	}
	k := keys.OpenCallback(cb.Account, after.contact(), cb.Department)
	p, err := load[pointer](ctx, d.Table, k)
	if err != nil || p.found() {
		return ops, err
	}
	return append(ops, put(k, pointer{id}, table.Absent)), nil
}

// with fills in what more is known.
func (c Customer) with(more Customer) Customer {
	more.Email = lowerEmail(more.Email)
	for _, f := range []struct{ to, from *string }{
		{&c.Name, &more.Name},
		{&c.Phone, &more.Phone},
		{&c.Email, &more.Email},
		{&c.Locale, &more.Locale},
		{&c.TimeZone, &more.TimeZone},
	} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	return c
}
