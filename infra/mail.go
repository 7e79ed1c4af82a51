package main

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
)

// mailFunction is the function that sends letters. A stage without a sender has none, nor
// its queue.
const mailFunction = "mail"

// mail is the queue of messages that have a letter sent, and the dead letters behind it.
// Letters have a queue of their own, so that no timer of a customer waits behind them when
// SES is slow or refuses.
type mail struct {
	queue, dead awssqs.Queue
}

// mailConcurrency is how many letters are sent at once. SES takes 14 a second of an account
// that has left its sandbox, as a rule, and a letter takes some tenths of a second
// (https://docs.aws.amazon.com/ses/latest/dg/quotas.html).
const mailConcurrency = 5

// newMail makes the queue. A message whose handler died comes again after a minute and a
// half, for half an hour. The handler sends what fails again by itself.
func newMail(stack awscdk.Stack, c *config) *mail {
	m := &mail{}
	m.queue, m.dead = newQueue(stack, c, "Mail", mailFunction, mailFunction, 20)
	return m
}

// identities are what SES may have verified of a sender: the address itself, or its domain.
// The policy of the one that SES goes by is asked, which is the narrower one where it has both
// (https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html).
func identities(stack awscdk.Stack, sender string) (arns []*string) {
	_, domain, _ := strings.Cut(sender, "@")
	for _, name := range []string{sender, domain} {
		arns = append(arns, stack.FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("ses"), Resource: jsii.String("identity"), ResourceName: jsii.String(name),
		}))
	}
	return arns
}
