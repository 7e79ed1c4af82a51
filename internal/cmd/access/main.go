// Command access looks whether AWS can be asked, and prints as whom. scripts/cdk runs it
// before the commands that ask AWS: without credentials the CDK would say so after a minute
// of building, in words that do not help.
//
// Its arguments are those of the CDK, of which it understands --profile and --region, and
// the environment aws://ACCOUNT/REGION of bootstrap.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/connectnow/backend/internal/access"
)

func main() {
	if err := run(context.Background(), os.Args[1:]); err != nil {
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintln(os.Stderr, "access:", strings.TrimSuffix(line, "\n"))
		}
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	c, err := access.Load(ctx, options(args))
	if errors.Is(err, access.ErrToken) {
		return nil // the CDK asks for the code, which is good only once
	}
	if err != nil {
		return err
	}
	who, err := access.Check(ctx, c)
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "AWS account %s, region %s, as %s\n", who.Account, who.Region, who.ARN)
	return nil
}

// options reads what the CDK would of its arguments. The region of an environment counts
// only where no other is named.
func options(args []string) access.Options {
	var o access.Options
	var other string
	for i, arg := range args {
		name, value, is := strings.Cut(arg, "=")
		if !is && i+1 < len(args) {
			value = args[i+1]
		}
		switch name {
		case "--profile":
			o.Profile = value
		case "--region":
			o.Region = value
		}
		if environment, is := strings.CutPrefix(arg, "aws://"); is {
			_, other, _ = strings.Cut(environment, "/")
		}
	}
	if o.Region == "" && os.Getenv("AWS_REGION") == "" && os.Getenv("AWS_DEFAULT_REGION") == "" {
		o.Region = other
	}
	return o
}
