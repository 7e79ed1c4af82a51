// Command owner creates an account and its owner on a deployed stack, by invoking the
// function provision: what the platform does when a business signs up, by hand. The same
// request again gives the same account.
//
// It takes the password from standard input and AWS's settings from the environment.
// AWS_ENDPOINT_URL=http://localhost:8080 makes it speak to the sandbox.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

func main() {
	ctx := context.Background()
	c, err := config.LoadDefaultConfig(ctx)
	if err == nil {
		err = run(ctx, lambda.NewFromConfig(c), os.Args[1:], os.Stdin, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "owner:", err)
		os.Exit(1)
	}
}

// owner and account are the request of the function provision.
type owner struct {
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	Email     string `json:"email"`
	Password  string `json:"password"`
}

type account struct {
	AccountName string `json:"accountName"`
	TimeZone    string `json:"timeZone"`
	Owner       owner  `json:"owner"`
}

// run invokes provision with what args and in say, and prints its answer.
func run(ctx context.Context, client *lambda.Client, args []string, in io.Reader, out io.Writer) error {
	var a account
	flags := flag.NewFlagSet("owner", flag.ContinueOnError)
	function := flags.String("function", "provision", "name or ARN of the function")
	flags.StringVar(&a.AccountName, "account", "", "the business's name")
	flags.StringVar(&a.TimeZone, "zone", "UTC", "its time zone, like Asia/Kolkata")
	flags.StringVar(&a.Owner.FirstName, "first", "", "the owner's first name")
	flags.StringVar(&a.Owner.LastName, "last", "", "the owner's last name")
	flags.StringVar(&a.Owner.Email, "email", "", "the owner's e-mail")
	if err := flags.Parse(args); err != nil {
		return err
	}
	fmt.Fprint(out, "password: ")
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the password: %w", err)
	}
	a.Owner.Password = strings.TrimRight(line, "\r\n")
	payload, err := json.Marshal(a)
	if err != nil {
		return err
	}
	answer, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: function, Payload: payload})
	if err != nil {
		return fmt.Errorf("invoking %s: %w", *function, err)
	}
	if answer.FunctionError != nil {
		return fmt.Errorf("%s: %s", aws.ToString(answer.FunctionError), answer.Payload)
	}
	_, err = fmt.Fprintf(out, "\n%s\n", answer.Payload)
	return err
}
