package api

import "github.com/connectnow/backend/internal/desk"

// readRequest reads the action escalate.
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

func readChannel(o *object) desk.Channel {
	return enum(o, "channel", required, desk.Call, desk.Chat)
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

// subject names what the other actions are about; each reads the fields it knows.
type subject struct {
	accountID    string
	escalationID string
	callbackID   string
	departmentID string
	callback     bool
	messages     []desk.ChatMessage
	customer     desk.Customer
}

func readAccountID(o *object) string { return o.id("accountId", "acc", required) }

func readStatus(o *object) subject {
	return subject{accountID: readAccountID(o), escalationID: o.id("escalationId", "esc", required)}
}

func readEnd(o *object) subject {
	s := readStatus(o)
	s.callback = o.boolean("callback")
	return s
}

func readAppend(o *object) subject {
	s := readStatus(o)
	s.messages = readMessages(o, 1)
	return s
}

func readTeam(o *object) subject {
	return subject{accountID: readAccountID(o), departmentID: o.id("departmentId", "dep", optional)}
}

func readContact(o *object) subject {
	return subject{accountID: readAccountID(o), callbackID: o.id("callbackId", "cb", required), customer: readCustomer(o)}
}
