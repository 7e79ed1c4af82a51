package main

import (
	"errors"
	"flag"
	"io"
)

// connect is what the function provision takes to have a gateway, bot, agent or contact centre
// speak for an account.
type connect struct {
	Action    string `json:"action"`
	AccountID string `json:"accountId"`
	Kind      string `json:"kind"`
	ID        string `json:"id"`
}

// connectFields are the names of options by the fields that refusals name.
var connectFields = map[string]string{"accountId": "-account", "kind": "-kind", "id": "-id"}

// readConnect reads the command line behind the word connect. What values may be is the
// function's to say.
func readConnect(args []string, to io.Writer) (*request, error) {
	c := &connect{Action: "connect"}
	r := &request{connect: c}
	flags := flag.NewFlagSet("make connect ARGS='…'", flag.ContinueOnError)
	flags.SetOutput(to)
	r.functionOption(flags)
	flags.StringVar(&c.AccountID, "account", "", "id of the account that it is to speak for: acc_…")
	flags.StringVar(&c.Kind, "kind", "", "what it is: agentcore, connect, lex or classic")
	flags.StringVar(&c.ID, "id", "", "id of the AgentCore gateway, Amazon Connect instance, Lex bot or Bedrock agent, not its ARN")
	if err := parse(flags, args); err != nil {
		return nil, err
	}
	var wrong []error
	for _, o := range []struct{ name, value string }{{"account", c.AccountID}, {"kind", c.Kind}, {"id", c.ID}} {
		if o.value == "" {
			wrong = append(wrong, errors.New("-"+o.name+" is missing: "+flags.Lookup(o.name).Usage))
		}
	}
	return r, errors.Join(wrong...)
}
