package main

import (
	"fmt"
	"io"
	"net/http"
)

// guide is what the banner says, and / without pages; the one parameter is the base URL.
const guide = `ConnectNow sandbox at %[1]s

People to sign in as, on the page at / or by POST /v1/login
  owner@example.com                                             Sandbox-Owner-1
  asha@example.com  bilal@example.com  chitra@example.com       Sandbox-Agent-1

Where is what
  /                                                    the pages, with a pane that plays the assistant and its customers
  /v1/…                                                the API
  POST /2015-03-31/functions/escalate/invocations      what the assistant invokes (Lambda Invoke API)
  GET /sandbox                                         ids of the demo account, the platform's token
  GET /sandbox/pushes?deviceId=                        what the phones got, newest first
  GET /sandbox/pushes/stream                           the same as it happens, as server-sent events
  GET /sandbox/mails?memberId=                         what members got by mail, codes too, newest first
  GET /sandbox/events?type=                            what other systems were told, newest first
  GET /sandbox/metrics                                 what was counted and measured since the start

A first escalation: bring Asha online, and let a customer ask for a person
  JSON='Content-Type: application/json'
  TOKEN=$(curl -sS %[1]s/v1/login -H "$JSON" -d '{"email":"asha@example.com","password":"Sandbox-Agent-1"}' | sed 's/.*"accessToken":"\([^"]*\)".*/\1/')
  curl -sS -X PUT %[1]s/v1/me/devices/my-phone -H "Authorization: Bearer $TOKEN" -H "$JSON" -d '{"platform":"fcm","token":"demo"}'
  curl -sS -X PUT %[1]s/v1/me/presence -H "Authorization: Bearer $TOKEN" -H "$JSON" -d '{"status":"online"}'
  ANSWER=$(curl -sS %[1]s/2015-03-31/functions/escalate/invocations -H "$JSON" -d '{"action":"escalate","accountId":"acc_demodemodemo","requestId":"req-'$RANDOM$RANDOM'","channel":"chat","reason":"customer_request","customer":{"name":"Meera","phone":"+919800000000"},"conversation":{"trigger":"Can I talk to a person?","messages":[]}}')
  printf '%%s\n' "$ANSWER"
  ID=$(printf '%%s' "$ANSWER" | sed 's/.*"escalationId":"\([^"]*\)".*/\1/')
  curl -sS '%[1]s/sandbox/pushes?deviceId=my-phone'
  curl -sS -X POST %[1]s/v1/escalations/$ID/accept -H "Authorization: Bearer $TOKEN"
  curl -sS -X POST %[1]s/v1/escalations/$ID/complete -H "Authorization: Bearer $TOKEN" -H "$JSON" -d '{"outcome":"resolved"}'
`

// index answers GET / where the pages are not built.
func index(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, "There are no pages: make run builds them where npm is.\n\n")
	fmt.Fprintf(w, guide, "http://"+r.Host)
}

// banner tells whoever started the sandbox where it is and what to try.
func banner(w io.Writer, origin, dir string) error {
	text := fmt.Sprintf(guide, origin)
	_, err := fmt.Fprintf(w, "\n%s\nData in %s; delete it to start anew. Ctrl-C stops.\n\n", text, dir)
	return err
}
