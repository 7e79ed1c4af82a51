package api

import (
	"github.com/connectnow/backend/internal/desk"

	"github.com/connectnow/backend/internal/roster"
)

// readRequest reads the action escalate, the whole of what the desk keeps of a customer.
// The conditionId is required for the reason condition alone. A department may be given by
// id or, as assistants know it, by name; the desk resolves it, and one that is unknown is
// no error.
//
// The connect.url is where the agent's app joins the call or chat. It is optional, since
// not every platform has one.
func readRequest(o *object) desk.Request {
	r := desk.Request{
		AccountID:     o.id("accountId", "acc", required),
		RequestID:     o.reference("requestId", required),
		InteractionID: o.reference("interactionId", optional),
		Channel:       readChannel(o),
		Reason: enum(o, "reason", required,
			desk.LowConfidence, desk.CustomerRequest, desk.ConditionMet, desk.Direct),
		DepartmentID: o.id("departmentId", "dep", optional),
		Department:   o.text("department", longestName, optional),
		Customer:     readCustomer(o),
	}
	condition := need(r.Reason == desk.ConditionMet)
	r.ConditionID = o.reference("conditionId", condition)
	o.object("conversation", required, func(o *object) { r.Conversation = readConversation(o) })
	o.object("connect", optional, func(o *object) {
		if url := o.url("url", optional); url != "" {
			r.Connect = &desk.Connect{URL: url}
		}
	})
	return r
}

// readChannel reads call or chat. It decides whose capacity is used up and how a phone
// rings, so there is no default.
func readChannel(o *object) roster.Channel {
	return enum(o, "channel", required, roster.Call, roster.Chat)
}

// readCustomer reads who the customer is. All of it may be absent: a caller who hides
// the number still gets a callback, one that needsContact.
func readCustomer(o *object) desk.Customer {
	var c desk.Customer
	o.object("customer", required, func(o *object) {
		c = desk.Customer{
			Name:     o.text("name", longestName, optional),
			Phone:    o.phone("phone", optional),
			Email:    o.email("email", optional),
			Locale:   o.text("locale", longestName, optional),
			TimeZone: o.text("timeZone", longestName, optional),
		}
	})
	return c
}

// readConversation reads what the agent will see first. The trigger, the customer's words
// that led here, must be there but may be empty: a condition can be met without a word.
func readConversation(o *object) desk.Conversation {
	return desk.Conversation{
		Summary:    o.text("summary", longestNote, optional),
		Intent:     o.text("intent", longestIntent, optional),
		Trigger:    o.anyText("trigger", longestIntent, required),
		Messages:   readMessages(o, 0),
		Attributes: o.attributes("attributes"),
	}
}

// readMessages reads at least so many messages. Their texts have no limit of their own:
// what fits into a request is kept whole.
func readMessages(o *object, least int) []desk.ChatMessage {
	messages := []desk.ChatMessage{}
	o.each("messages", least, required, func(o *object) {
		messages = append(messages, desk.ChatMessage{
			At:   o.time("at"),
			From: enum(o, "from", required, "customer", "assistant", "agent"),
			Text: o.anyText("text", unlimited, required),
		})
	})
	return messages
}

// subject names what the other actions are about. Each action reads the fields that it
// knows, so that a field of another action is unknown, and 400.
type subject struct {
	accountID    string
	escalationID string
	callbackID   string
	departmentID string
	callback     bool
	messages     []desk.ChatMessage
	customer     desk.Customer
}

// readAccountID reads the account, which every action names: the platform's token is one
// for all accounts. An id of another account is then not found.
func readAccountID(o *object) string { return o.id("accountId", "acc", required) }

// readStatus reads which escalation. Both ids are asked for, although one would do, so
// that a mix-up of accounts shows.
func readStatus(o *object) subject {
	return subject{accountID: readAccountID(o), escalationID: o.id("escalationId", "esc", required)}
}

// readEnd reads that the customer has left and, by callback, whether they want to be
// called.
func readEnd(o *object) subject {
	s := readStatus(o)
	s.callback = o.boolean("callback")
	return s
}

// readAppend reads what was written after the escalation: one message at least, or the
// request would mean nothing.
func readAppend(o *object) subject {
	s := readStatus(o)
	s.messages = readMessages(o, 1)
	return s
}

// readTeam reads whose availability is asked for: a department's or, without one,
// everybody's.
func readTeam(o *object) subject {
	return subject{accountID: readAccountID(o), departmentID: o.id("departmentId", "dep", optional)}
}

// readContact reads how a customer can be reached whose callback says needsContact. Empty
// fields of the customer change nothing, so that a late "no number" cannot wipe one out.
func readContact(o *object) subject {
	return subject{accountID: readAccountID(o), callbackID: o.id("callbackId", "cb", required), customer: readCustomer(o)}
}
