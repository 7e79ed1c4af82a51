package cloud

import (
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// Every call to AWS has a budget: three tries, each of which is given up after a while, with
// short pauses between. The SDK's own tries wait for an answer without end, and its pauses
// last up to two and four seconds. A throttled read alone then took 4.4 of the five seconds
// that the function timer has, and a connection that had died while the function was frozen
// took them all. AWS recommends such limits for whoever waits for an answer
// (https://aws.amazon.com/blogs/database/tuning-aws-java-sdk-http-request-settings-for-latency-aware-amazon-dynamodb-applications/).
//
// A try takes some ten milliseconds as a rule, and a quarter of a second where a connection
// is made with the share of a processor that functions have. The table and the queue answer
// within two seconds or not at all: twice that, for a message that cannot be handled and is
// sent again, fits the time of timer with something to spare (desk.Wake). Pauses are short,
// since whoever waits has little time, and can try again: timer does so seconds later.
const (
	tries    = 3
	quickTry = 600 * time.Millisecond // table and queue
	// TellTry is of SNS, schedules, state machines and secrets: two of them while a push may last.
	TellTry = 900 * time.Millisecond
	// UserTry is of Cognito, which hashes passwords, and SES: half of what callers wait.
	UserTry = 2500 * time.Millisecond
	pause   = 30 * time.Millisecond // of which there are up to two before the second try, and four before the third
)

// budget gives each try of a service's calls so long. Limits are of clients, and so each
// service has its own, as it has its own connections.
func budget(c aws.Config, try time.Duration) aws.Config {
	c.HTTPClient = awshttp.NewBuildableClient().WithTimeout(try)
	c.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.Backoff = tries, retry.BackoffDelayerFunc(backOff)
		})
	}
	return c
}

// backOff is how long to wait before the n-th repetition: any time up to a bound that doubles,
// so that those who were refused together do not come back together.
func backOff(n int, _ error) (time.Duration, error) { return rand.N(pause << n), nil }
