package costs

// What no template, no meter and no price list says. The tables print it with its reason.
const (
	hoursAMonth = 730
	daysAMonth  = 30

	pollers      = 5
	pollsAnHour  = 180
	tokensAMonth = daysOfWork * hoursOfWork
	zipMB        = 4.6
	releasesKept = 20
	emptyTableGB = 0.01

	secondsAnInvocation = 0.060
	secondsAlone        = 0.020
	headerBytes         = 400

	daysOfWork    = 22
	hoursOfWork   = 8
	otherRequests = 20
	statusCalls   = 6
	missed        = 0.2
	declined      = 0.1
	callbacks     = 0.1
	monthsKept    = 12
	hoursWithData = 176
	livePolls     = 1800

	pagePolls    = 1200
	restPolls    = 360
	pageLooks    = 180
	pageVisits   = 3
	pageReleases = 2
	pageFiles    = 5
	pageBytes    = 60_000
)

// lambdaLines is what Lambda logs of each invocation without tracing.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-view.html
const lambdaLines = "START RequestId: 8f1c2e7a-6a0e-4a55-9d6c-2f7f6f0a3a11 Version: $LATEST\n" +
	"END RequestId: 8f1c2e7a-6a0e-4a55-9d6c-2f7f6f0a3a11\n" +
	"REPORT RequestId: 8f1c2e7a-6a0e-4a55-9d6c-2f7f6f0a3a11\tDuration: 58.12 ms\tBilled Duration: 59 ms\tMemory Size: 256 MB\tMax Memory Used: 41 MB\t\n"

// usual are values of what API Gateway can log of a request, as long as they usually are.
var usual = map[string]string{
	"requestId": "JKJaXmPLvHcESHA=", "requestTime": "23/Nov/2026:09:55:02 +0000", "routeKey": "POST /v1/escalations/{id}/complete",
	"status": "200", "responseLatency": "62", "responseLength": "1097", "integrationErrorMessage": "-", "authorizer.error": "-",
	"domainName": "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
}

// Assumption is one of them, for people.
type Assumption struct {
	What  string
	Value float64
	Why   string
}

// Assumptions are all of them for a stage, in the order of the tables.
func Assumptions(d Deployment) []Assumption {
	return []Assumption{
		{"pollers of a queue", pollers, "Lambda has [no fewer](https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html) when it is quiet and concurrency has a bound"},
		{"polls an hour of each", pollsAnHour, "20 seconds each, the most that SQS allows; Lambda does not say"},
		{"machine tokens a month", tokensAMonth, "one lives for an hour, and is asked for in hours of work"},
		{"MB of a function's code", zipMB, "the most that the tests let a zip have"},
		{"releases whose code is kept in S3", releasesKept, "each with other code for every function"},
		{"GB of an idle table", emptyTableGB, "a guess"},
		{"seconds of an invocation", secondsAnInvocation, "a guess: a warm function works for 1 to 3 ms, the rest is waiting for AWS"},
		{"seconds of one that asks nobody", secondsAlone, "it works for 1 to 3 ms (`make bench`), and has a seventh of a processor; pages, and what is refused without a look"},
		{"bytes that Lambda logs of an invocation", float64(len(lambdaLines)), "its three lines as documented"},
		{"bytes that API Gateway logs of a request", d.AccessLine, "a line in the form of the template, with values as long as they usually are"},
		{"bytes of an answer's headers", headerBytes, "a guess"},
		{"days of work of an agent", daysOfWork, "a month"},
		{"hours of such a day", hoursOfWork, "the app looks once a minute for what rings, and renews its token once an hour"},
		{"other requests a day of an agent", otherRequests, "as large as `GET /v1/me`; besides, the agent comes and goes once"},
		{"times that the assistant asks how it goes", statusCalls, "of each escalation"},
		{"offers missed", missed, "of each escalation"},
		{"offers declined", declined, "of each escalation"},
		{"callbacks", callbacks, "of each escalation, besides: nobody is there, an agent calls back"},
		{"months of escalations in the table", monthsKept, "they are never deleted by themselves"},
		{"polls an hour of a Live page", livePolls, "one every two seconds"},
		{"polls an hour of an agent's page", pagePolls, "one every three seconds while the agent is online, also in a tab that nobody sees"},
		{"polls an hour of one that pushes wake", restPolls, "one every ten seconds, where a push was seen to arrive"},
		{"looks an hour at how one stands oneself", pageLooks, "every twenty seconds while online: an admin or missed offers may have set one offline"},
		{"times a day that an agent opens the page", pageVisits, "each asks for the document, which is the same as a rule"},
		{"releases a month", pageReleases, "each has all files of the pages fetched anew"},
		{"files of the pages, beside the document", pageFiles, "script, style, icons, the poller and one more"},
		{"bytes of all these", pageBytes, "compressed; the most that the tests let sign-in and my work weigh"},
		{"bytes of the largest file of the pages", largestAsset, "as it is, for whoever takes nothing that is compressed; the most that a test lets it weigh"},
		{"bytes of a document, of `sw.js` and the manifest", largestPage, "likewise"},
		{"hours a month in which metrics have data", hoursWithData, "those of work"},
	}
}

// Business is a size of business.
type Business struct{ Agents, Escalations int }

// Month is what a business uses in a month, beside what an idle stage uses.
func (b Business) Month(s Steps) Usage {
	agent := Usage{}
	for _, d := range []struct {
		step  Usage
		times float64
	}{{s.HourOfLooks, hoursOfWork}, {s.Refresh, hoursOfWork}, {s.Online, 1}, {s.Offline, 1}, {s.Other, otherRequests}} {
		agent.Add(d.step, d.times*daysOfWork)
	}
	agent.Add(s.Week, hoursAMonth/(7*24.0))
	agent[TableGB] = 0 // what an agent writes takes the place of what was there
	u := Usage{Members: float64(b.Agents), Metrics: float64(s.Metrics) * hoursWithData / hoursAMonth}
	u.Add(agent, float64(b.Agents))
	u.Add(s.Escalation(), float64(b.Escalations))
	u[TableGB] *= monthsKept
	return u
}

// Page is what an agent's page uses in a month in which it is open all day, and the agent online:
// its polls, of which hour has one hour's, and the files themselves.
func Page(hour Usage) Usage {
	u := Usage{}
	u.Add(hour, hoursOfWork*daysOfWork)
	files := Usage{}
	for _, item := range []Item{Requests, Invocations} {
		files[item] = pageVisits*daysOfWork + pageReleases*pageFiles
	}
	files[InternetGB] = pageReleases * pageBytes / GB
	u.Add(files, 1)
	u[TableGB] = 0 // what it writes takes the place of what was there
	return u
}

// Escalation is what one uses in practice: some offers are not taken, some find nobody.
func (s Steps) Escalation() Usage {
	u := Sum(s.Life())
	u.Add(s.Read, 1)
	u.Add(s.Missed, missed)
	u.Add(s.Declined, declined)
	u.Add(s.Look, missed+declined)
	u.Add(s.Status, statusCalls)
	u.Add(s.Callback, callbacks)
	u.Add(s.CallBack, callbacks)
	return u
}
