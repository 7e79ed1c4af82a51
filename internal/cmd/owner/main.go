// Command owner creates an account and its owner on a deployed stack, by invoking the
// function provision: what the platform does when a business signs up, by hand. The same
// request again finds the same account, changes nothing and says so. With -unlock it lets an
// owner sign in again who was kept out, and with the word connect in front it has a gateway,
// bot, agent or contact centre speak for an account.
//
// It takes AWS's settings from the environment and the password from standard input. In a
// terminal it asks for whatever its options leave out. The answer goes to standard output,
// all else to standard error. AWS_ENDPOINT_URL=http://localhost:8080 makes it speak to the
// sandbox.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/connectnow/backend/internal/access"
)

func main() {
	p := newPrompt(os.Stdin, os.Stderr)
	err := run(context.Background(), os.Args[1:], p, os.Stdout)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		name := "owner:" // the command of make
		if len(os.Args) > 1 && os.Args[1] == "connect" {
			name = "connect:"
		}
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintln(os.Stderr, name, strings.TrimSuffix(line, "\n"))
		}
		os.Exit(1)
	}
}

// run does what args and the prompt describe. Whatever can be wrong without
// the password is looked at before it is asked for.
func run(ctx context.Context, args []string, p *prompt, out io.Writer) error {
	r, err := readArgs(args, p.to)
	if err != nil {
		return err
	}
	if err := errors.Join(r.unasked(p)...); err != nil {
		return err
	}
	c, err := access.Load(ctx, access.Options{Token: func() (string, error) { return p.ask("the code of your device for AWS", nil) }})
	if err != nil {
		return err
	}
	if err := r.ask(p); err != nil {
		return err
	}
	made, err := invoke(ctx, lambda.NewFromConfig(c), r)
	if err != nil {
		return err
	}
	switch {
	case r.connect != nil:
		if made.Created != nil && !*made.Created {
			fmt.Fprintln(p.to, "It speaks for this account already. Nothing was changed.")
		}
	case made.Restored:
		fmt.Fprintln(p.to, "This account is there already, and its owner's sign-in had gone. It was made again, with this password. Nothing else was changed.")
	case made.Created != nil && !*made.Created:
		fmt.Fprintln(p.to, "This account is there already. Nothing was changed: its zone, its owner and the password are as they were.")
	}
	if r.unlock != nil && r.unlock.TOTP && !made.TOTPTaken {
		fmt.Fprintln(p.to, "There was no second factor to take.")
	}
	_, err = fmt.Fprintln(out, made.text)
	return err
}
