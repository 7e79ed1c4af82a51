package desk_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/roster"
)

// demand ends an example that cannot go on.
func demand[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// A desk works on the local engine, in one file. A business signs up. Its owner makes a
// department and an agent, who goes online with a phone. Then an assistant hands a chat over:
// the phone rings, the agent accepts, reads what was said, and completes.
func Example() {
	folder := demand(os.MkdirTemp("", "desk"))
	defer func() { _ = os.RemoveAll(folder) }()
	twins := demand(local.Open(folder, local.Options{NoSync: true, Log: slog.New(slog.DiscardHandler)}))
	defer func() { _ = twins.Close() }()
	d, ctx := twins.Desk, context.Background()

	business := demand(d.Provision(ctx, desk.NewAccount{Name: "Shop", TimeZone: "Asia/Kolkata", Owner: desk.NewMember{
		FirstName: "Olga", LastName: "Owner", Email: "olga@example.com", Password: "Six green shoe boxes, 6",
	}}))
	olga := desk.Caller{MemberID: business.MemberID, AccountID: business.AccountID, Role: desk.RoleOwner}
	kids := demand(d.CreateDepartment(ctx, olga, "", "Kids"))
	member := demand(d.CreateMember(ctx, olga, desk.NewMember{
		FirstName: "Asha", LastName: "Agent", Email: "asha@example.com", Password: "Four yellow umbrellas, 4",
		Role: desk.RoleStaff, DepartmentIDs: []string{kids.ID},
	}))
	asha := desk.Caller{MemberID: member.ID, AccountID: business.AccountID, Role: desk.RoleStaff}
	demand(d.PutDevice(ctx, asha, desk.Device{ID: "ashas-phone", Platform: desk.FCM, Token: "from Firebase"}))
	available := demand(d.SetPresence(ctx, asha, asha.MemberID, roster.StatusOnline))
	fmt.Println("Asha is", available.Status, "and", available.Because)

	answer := demand(d.Escalate(ctx, desk.Request{
		AccountID: business.AccountID, RequestID: "request-1", InteractionID: "conversation-1",
		Channel: roster.Chat, Reason: desk.CustomerRequest, Department: "kids",
		Customer:     desk.Customer{Name: "Meera", Phone: "+919812345678"},
		Conversation: desk.Conversation{Messages: []desk.ChatMessage{{From: "customer", Text: "Can I talk to a person?"}}},
	}.Asked()))
	fmt.Println("the assistant hears:", answer.Outcome, "at", answer.Agent.FirstName)
	for _, push := range demand(twins.Phones.Feed("ashas-phone", 1)) {
		fmt.Println("her phone shows:", push.Notice.Kind, push.Notice.Offer, "for", push.Notice.Department)
	}

	work := demand(d.Accept(ctx, asha, answer.EscalationID, 1))
	fmt.Printf("she reads: %q, %s\n", work.Conversation.Messages[0].Text, work.State)
	work = demand(d.Complete(ctx, asha, work.ID, desk.Completion{Outcome: "resolved", Note: "The shoes go back."}))
	for _, event := range work.History {
		fmt.Println("history:", event.What)
	}
	// Output:
	// Asha is online and receiving
	// the assistant hears: ringing at Asha
	// her phone shows: offer 1 for Kids
	// she reads: "Can I talk to a person?", active
	// history: offered
	// history: accepted
	// history: completed
}
