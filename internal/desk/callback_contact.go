package desk

import (
	"cmp"
	"context"
	"slices"

	"github.com/connectnow/backend/internal/phone"
)

// Contacts tell customers apart: the phone as numbers are compared, then the e-mail. There
// are none of who can be reached by neither; two such people are never one.
func (c Customer) Contacts() []string {
	var list []string
	if c.Phone != "" {
		list = append(list, phone.Join(c.Phone))
	}
	if email := lowerEmail(c.Email); email != "" {
		list = append(list, email)
	}
	return list
}

// lookups are the contacts and, where it differs, the phone as older versions looked it up.
func (c Customer) lookups() []string {
	list := c.Contacts()
	if c.Phone != "" && !slices.Contains(list, c.Phone) {
		list = append(list, c.Phone)
	}
	return list
}

// with fills in what more is known.
func (c Customer) with(more Customer) Customer {
	more.Email = lowerEmail(more.Email)
	for _, f := range []struct{ to, from *string }{
		{&c.Name, &more.Name},
		{&c.Phone, &more.Phone}, {&c.PhoneAsGiven, &more.PhoneAsGiven},
		{&c.Email, &more.Email}, {&c.EmailAsGiven, &more.EmailAsGiven},
		{&c.Locale, &more.Locale},
		{&c.TimeZone, &more.TimeZone},
	} {
		if *f.from != "" {
			*f.to = *f.from
		}
	}
	return c
}

// About names a callback, or one conversation of it by its interaction or escalation, or
// both. A callback alone is enough where it has one conversation.
type About struct {
	CallbackID, InteractionID, EscalationID string
}

// spoken is a callback as the assistant speaks of it: for one conversation.
type spoken struct {
	id      string
	cb      stored[callback]
	entries []numbered
	own     []numbered // of that conversation, the newest last
}

// conversation is what entries of one conversation have in common.
func (e *entry) conversation() string { return cmp.Or(e.Interaction, e.Escalation) }

// spoken reads what the assistant speaks of. Problems are not-found and which-conversation.
func (d *Desk) spoken(ctx context.Context, acc string, of About) (*spoken, error) {
	s, err := d.find(ctx, acc, of)
	if err != nil {
		return nil, err
	}
	if s.entries, err = d.entries(ctx, s.id, &s.cb.value, max(maxEntries, len(s.cb.value.Marks))); err != nil {
		return nil, err
	}
	about := ""
	for i := range s.entries {
		e := &s.entries[i].value
		if of.EscalationID != "" && e.Escalation == of.EscalationID || of.EscalationID == "" && of.InteractionID != "" && e.Interaction == of.InteractionID {
			about = e.conversation()
		}
	}
	if about == "" && of.EscalationID+of.InteractionID != "" {
		return nil, notFound("conversation of this callback")
	}
	for _, e := range s.entries {
		if about == "" || e.value.conversation() == about {
			s.own = append(s.own, e)
		}
	}
	if about == "" && s.several() {
		return nil, conflict("which-conversation", "Which conversation?", "The callback has several conversations. Say which by interactionId or escalationId.")
	}
	return s, nil
}

// several reports whether the callback has more than one conversation.
func (s *spoken) several() bool {
	return slices.ContainsFunc(s.entries, func(e numbered) bool { return e.value.conversation() != s.entries[0].value.conversation() })
}

// find reads the callback: of an interaction the one that goes on, else the newest.
func (d *Desk) find(ctx context.Context, acc string, of About) (*spoken, error) {
	ids := []string{of.CallbackID}
	switch {
	case of.CallbackID != "":
	case of.EscalationID != "":
		e, err := d.readEscalation(ctx, acc, of.EscalationID)
		if err != nil {
			return nil, err
		}
		ids[0] = e.Callback
	default:
		var err error
		if ids, err = d.callbacksOf(ctx, acc, of.InteractionID); err != nil {
			return nil, err
		}
	}
	var best *spoken
	for _, id := range ids {
		if id == "" {
			continue
		}
		s, err := d.readHead(ctx, id)
		if err != nil {
			return nil, err
		}
		if s.cb.found() && s.cb.value.Account == acc && (best == nil || s.before(best)) {
			best = s
		}
	}
	if best == nil {
		return nil, notFound("callback")
	}
	return best, nil
}

// before reports whether s is rather meant than another: it goes on, or is newer.
func (s *spoken) before(other *spoken) bool {
	if a, b := s.cb.value.pending(), other.cb.value.pending(); a != b {
		return a
	}
	return s.cb.value.Created > other.cb.value.Created
}
