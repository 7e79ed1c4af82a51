package costs

// Item is something that AWS charges for. Its price is the row of that name in prices.tsv.
type Item string

// What AWS charges for, of what the product uses.
const (
	Requests      Item = "api-requests"
	Invocations   Item = "lambda-invocations"
	GBSeconds     Item = "lambda-gb-seconds"
	WriteUnits    Item = "table-write-units"
	ReadUnits     Item = "table-read-units"
	TableGB       Item = "table-gb"
	BackupGB      Item = "table-backup-gb"
	QueueRequests Item = "queue-requests"
	Schedules     Item = "schedules"
	Transitions   Item = "machine-transitions"
	SNSRequests   Item = "sns-requests"
	Pushes        Item = "sns-pushes"
	Members       Item = "cognito-members"
	Clients       Item = "cognito-clients"
	Tokens        Item = "cognito-tokens"
	Alarms        Item = "alarm-metrics"
	Metrics       Item = "metrics"
	Dashboards    Item = "dashboards"
	LogGB         Item = "log-gb"
	LogKeptGB     Item = "log-kept-gb"
	Traces        Item = "traces"
	Secrets       Item = "secrets"
	CodeGB        Item = "code-gb"
	InternetGB    Item = "internet-gb"
	EdgeRequests  Item = "cloudfront-requests"
	EdgeGB        Item = "cloudfront-gb"
	WebACLs       Item = "waf-acls"
	WebRules      Item = "waf-rules"
	WebRequests   Item = "waf-requests"
)

// GB is what counts as a gigabyte here. AWS's may be 7 % larger, and so cheaper.
const GB = 1e9

// Usage is how much is used of each item: in a month, or by one step.
type Usage map[Item]float64

// Add adds what others use, so many times.
func (u Usage) Add(other Usage, times float64) {
	for item, n := range other {
		u[item] += n * times
	}
}

// Steps are what was measured of an escalation's life and of an agent's day, with a team
// of so many agents. What follows from an invocation or a request by the deployment, such
// as GB-seconds, is not in them: see Deployment.Whole.
type Steps struct {
	Agents int

	Ring       Usage // the assistant asks, and a phone rings
	Look       Usage // the app reads what rings, for the first time
	Accept     Usage
	Read       Usage // the app reads the escalation
	OfferTimer Usage // the timer of an offer that was taken, and what else comes with it
	Complete   Usage
	WorkTimer  Usage // the timer of work that was completed
	Missed     Usage // nobody touches it, and the next phone rings
	Declined   Usage // likewise, at once
	Status     Usage // the assistant asks how it goes
	Callback   Usage // the assistant asks, and nobody is there
	CallBack   Usage // an agent finds the callback, claims and completes it

	HourOfLooks              Usage // one a minute, nothing rings
	Refresh, Online, Offline Usage
	Other                    Usage // a small request, GET /v1/me
	Week                     Usage // of one member's working hours
	HourOfPage               Usage // a look every three seconds, and at oneself every twenty; nothing rings
	HourOfRest               Usage // of a page that pushes wake: a look every ten seconds
	Live                     Usage // a poll of GET /v1/live, with that many chats open
	Open                     int
	Metrics                  int // of how many CloudWatch was told
}

// Part is a step by its name.
type Part struct {
	Name string
	Usage
}

// Life is a whole one that goes as it should: it rings, is taken at once and completed.
func (s Steps) Life() []Part {
	return []Part{
		{"rings", s.Ring}, {"app looks", s.Look}, {"accept", s.Accept}, {"its timer", s.OfferTimer}, {"complete", s.Complete}, {"last timer", s.WorkTimer},
	}
}

// Sum adds up parts.
func Sum(parts []Part) Usage {
	sum := Usage{}
	for _, p := range parts {
		sum.Add(p.Usage, 1)
	}
	return sum
}
