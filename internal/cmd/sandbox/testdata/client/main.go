// Command client is an agent's app and an assistant in one. They know the API by nothing
// but the code that oapi-codegen made of its document; see the test that runs this.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"client/desk"
)

const trigger = "Can I talk to a person?"

// main takes a chat from signing in to its end, and prints how it stands then.
func main() {
	log.SetFlags(0)
	url, machineToken := os.Args[1], os.Args[2]
	ctx := context.Background()

	in := answered(client(url, "").LoginWithResponse(ctx, desk.Credentials{Email: "asha@example.com", Password: "Sandbox-Agent-1"}))
	want("sign-in", in.Body, in.JSON200 != nil)
	agent := client(url, in.JSON200.AccessToken)
	token := "token-of-my-phone"
	device := answered(agent.PutDeviceWithResponse(ctx, "my-phone", desk.DeviceInput{Platform: desk.Fcm, Token: &token}))
	want("device", device.Body, device.JSON200 != nil)
	online := answered(agent.PutMyPresenceWithResponse(ctx, desk.PresenceInput{Status: desk.PresenceOnline}))
	want("presence", online.Body, online.JSON200 != nil && online.JSON200.Receiving.Chat)

	asked := answered(client(url, machineToken).PostEscalationWithResponse(ctx, enquiry()))
	want("escalation", asked.Body, asked.JSON200 != nil)
	rings, err := asked.JSON200.AsAnswer()
	want("escalation", asked.Body, err == nil && rings.Outcome == desk.AnswerOutcomeRinging && rings.Agent.Id == in.JSON200.Member.Id)

	mine := answered(agent.ListMyEscalationsWithResponse(ctx, nil))
	want("offers", mine.Body, mine.JSON200 != nil && len(mine.JSON200.Items) == 1 && mine.JSON200.Items[0].Offer != nil)
	offer := desk.OfferInput{Offer: &mine.JSON200.Items[0].Offer.Number}
	accepted := answered(agent.AcceptEscalationWithResponse(ctx, rings.EscalationId, offer))
	want("accept", accepted.Body, accepted.JSON200 != nil && accepted.JSON200.Conversation.Trigger == trigger)
	resolved := desk.CompletionInput{Outcome: desk.CompletionInputOutcomeResolved}
	completed := answered(agent.CompleteEscalationWithResponse(ctx, rings.EscalationId, resolved))
	want("complete", completed.Body, completed.JSON200 != nil)
	fmt.Println(completed.JSON200.State)
}

// enquiry is what the assistant sends.
func enquiry() desk.AssistantRequest {
	said, name := trigger, "Meera"
	var body desk.AssistantRequest
	if err := body.FromEscalate(desk.Escalate{
		AccountId:    "acc_demodemodemo",
		Customer:     &desk.CustomerInput{Name: &name},
		Conversation: &desk.ConversationInput{Trigger: &said},
	}); err != nil {
		log.Fatal(err)
	}
	return body
}

// client calls the API with a token; with none if it is empty.
func client(url, token string) *desk.ClientWithResponses {
	return answered(desk.NewClientWithResponses(url, desk.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return nil
	})))
}

// answered is what there is without an error.
func answered[T any](got T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return got
}

// want ends the program when an answer is not as it should be.
func want(what string, body []byte, is bool) {
	if !is {
		log.Fatalf("%s: %s", what, body)
	}
}
