package main

import "testing"

func TestConnect(t *testing.T) {
	const made = `{"accountId":"acc_a","connectionId":"con_a","created":true}`
	whole := []string{"connect", "-account", "acc_a", "-kind", "lex", "-id", "ABCDEF1234"}
	const body = `{"action":"connect","accountId":"acc_a","kind":"lex","id":"ABCDEF1234"}`
	for _, c := range []struct {
		name string
		args []string
		stub stub
		body string // empty where nothing is invoked
		want said
	}{
		{"made", whole, stub{answer: made}, body, said{out: made + "\n"}},
		{"there already", whole, stub{answer: `{"created":false}`}, body,
			said{out: `{"created":false}` + "\n", to: "It speaks for this account already. Nothing was changed.\n"}},
		{"another's", whole, stub{failed: "Unhandled", answer: `{"errorType":"connection-taken","errorMessage":"{\"detail\":\"It is connected.\"}"}`}, body,
			said{err: "refused: It is connected."}},
		{"wrong", whole, stub{failed: "Unhandled", answer: `{"errorMessage":"{\"detail\":\"A value cannot be.\",\"errors\":[{\"field\":\"kind\",\"detail\":\"is none\"}]}"}`}, body,
			said{err: "refused: A value cannot be.\n-kind is none"}},
		{"missing", []string{"connect", "-kind", "lex"}, stub{}, "", said{err: "-account is missing: id of the account that it is to speak for: acc_…\n" +
			"-id is missing: id of the AgentCore gateway, Amazon Connect instance, Lex bot or Bedrock agent, not its ARN"}},
		{"left over", append(whole, "again"), stub{}, "", said{err: "left over: again\nvalues with spaces stand in quotes: ARGS='-account \"Meera Shoes\" …'"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.stub.want(t, c.args, c.body, c.want)
		})
	}
}
