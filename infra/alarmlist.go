package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
)

// Each metric that an alarm looks at costs ten cents a month, so that alarms look at sums. A
// test lets each fault that is named here happen, and a day on which all that goes wrong is
// what callers ask for; see TestFaultsRaiseTheirAlarms.

// ofTimers are the alarms of what is to happen later. Somebody waits for it, so the first two
// look at every minute: what fails is seen within two.
func (w *alarms) ofTimers(a *application) []alarm {
	group := func(name string) awscloudwatch.IMetric {
		return w.metric("AWS/Scheduler", name, "Sum", 5, map[string]string{"ScheduleGroup": *a.timers.group.Ref()})
	}
	return []alarm{
		{
			id: "TimersFailed", means: "Timer messages fail, minute after minute: offers ring on, callbacks are not reminded of",
			do:     "look for 'timer not handled' and 'timer failed' in the log of timer",
			metric: w.own("TimersFailed", "Sum", 1), periods: 2,
		},
		{
			id: "TimersLate", means: "A timer message came more than half a minute late", threshold: 30_000, periods: 1,
			do:     "look whether messages fail, or wait because timer is throttled",
			metric: w.own("TimerLate", "Maximum", 1),
		},
		{
			id: "TimerErrors", means: "The function timer dies or takes too long, minute after minute", periods: 2,
			do:     "look for 'Task timed out' and 'Runtime' in its log",
			metric: w.ofFunction("timer", "Errors", 1),
		},
		// Where nothing is delivered nothing is late. The age counts from when a message was
		// sent, and it may have been sent for a quarter of an hour later.
		{
			id: "QueueAge", means: "Timer messages wait, and nobody fetches them", threshold: 960, periods: 3,
			do:     "look at the mapping between queue and timer, and at Lambda's throttles",
			metric: a.timers.queue.MetricApproximateAgeOfOldestMessage(every(1)),
		},
		{
			id: "DeadTimers", means: "Timer messages were given up", periods: 1,
			do:     "mend what the log of timer says, then have them sent again",
			metric: a.timers.dead.MetricApproximateNumberOfMessagesVisible(every(1)),
		},
		// Scheduler goes on trying for a day before it drops one, which DeadTimers tells of.
		{
			id: "SchedulesFail", means: "Schedules cannot send to the queue: callbacks are not reminded of", periods: 1,
			do:     "look at the schedules' role, and have dead letters sent again",
			metric: group("TargetErrorCount"),
		},
		// Of timer there are none as long as it may loop, so this tells of a setting that was
		// changed by hand. Whoever subscribes to events with a function that invokes escalate
		// can make a loop of the latter.
		{
			id: "LoopsCut", means: "AWS took messages for a loop and stopped them: offers may ring for ever", periods: 1,
			do: "let timer loop again, and have dead letters sent again",
			metric: w.added("LoopsCut", map[string]awscloudwatch.IMetric{
				"timer": w.ofFunction("timer", "RecursiveInvocationsDropped", 5), "escalate": w.ofFunction("escalate", "RecursiveInvocationsDropped", 5),
			}),
		},
	}
}

// ofMail are the alarms of letters, for a stage that sends any. A letter is tried for minutes
// before it is given up: codes in five, notices in half an hour.
func (w *alarms) ofMail(a *application) []alarm {
	if a.mail == nil {
		return nil
	}
	return []alarm{
		{
			id: "CodesUnsent", means: "Members who asked for a code got none", periods: 1,
			do:     "look for 'timer failed' and 'code not sent' in the log of mail, and at SES: is the sender verified, the account in its sandbox or paused?",
			metric: w.own("CodesUnsent", "Sum", 5),
		},
		{
			id: "MailErrors", means: "The function mail dies or takes too long: letters come late or not at all", periods: 2,
			do:     "look for 'Task timed out' and 'Runtime' in its log",
			metric: w.ofFunction(mailFunction, "Errors", 5),
		},
		{
			id: "DeadMail", means: "Letters were given up", periods: 1,
			do:     "mend what the log of mail says, then have them sent again",
			metric: a.mail.dead.MetricApproximateNumberOfMessagesVisible(every(1)),
		},
	}
}

// ofCalls are the alarms of functions that do not answer, or not well. Lambda counts every
// problem as an error, so that what callers asked for wrongly is taken off: it is counted by
// the function itself. Lambda counts at the beginning of a call and the function at its end,
// which differ at the turn of a minute for some ten milliseconds of each.
func (w *alarms) ofCalls(a *application) []alarm {
	return []alarm{
		{
			id: "Trouble", means: "The queue, Scheduler or the table refuses: customers are called back or turned away", periods: 1,
			do:     "look at the graph of trouble for which, and at AWS's health page",
			metric: w.own("Trouble", "Sum", 1),
		},
		{
			id: "EscalateErrors", means: "The assistant's calls fail, by no fault of its own", periods: 1,
			do:     "look for 'request failed' in the log of escalate",
			metric: w.less("EscalateErrors", 1, w.ofFunction("escalate", "Errors", 1), w.own("EscalationsRefused", "Sum", 1)),
		},
		{
			id: "EscalateSlow", means: "The assistant waits for longer than three seconds (p99)", threshold: 3000, periods: 3,
			do:     "look at the latencies of table, queue and SNS",
			metric: w.metric("AWS/Lambda", "Duration", "p99", 5, map[string]string{"FunctionName": w.c.name("escalate")}),
		},
		{
			id: "ApiErrors", means: "The API answers 5xx", threshold: 5, periods: 1,
			do:     "look for the statuses in the API's log, and for 'request failed' in those of the functions",
			metric: w.metric("AWS/ApiGateway", "5xx", "Sum", 5, map[string]string{"ApiId": *a.api.Ref()}),
		},
		{
			id: "ProvisionErrors", means: "Businesses cannot sign up", periods: 1,
			do:     "look for 'request failed' in the log of provision; the same call again goes on where it stopped",
			metric: w.less("ProvisionErrors", 5, w.ofFunction("provision", "Errors", 5), w.own("ProvisionsRefused", "Sum", 5)),
		},
		// One that fails is tried again for hours.
		{
			id: "ShiftErrors", means: "Ticks of working hours fail again and again: nudges come late", periods: 2,
			do:     "look for 'shift not ticked' in the log of shift",
			metric: w.less("ShiftErrors", 5, w.ofFunction("shift", "Errors", 5), w.own("ShiftsOver", "Sum", 5)),
		},
		// None is timed out, since each hands over to another before its year is over, and only
		// people abort them.
		{
			id: "ShiftsFailed", means: "Executions of working hours gave up: nudges stop until the member's presence changes", periods: 1,
			do:     "look for the errors in the log of the state machine",
			metric: w.metric("AWS/States", "ExecutionsFailed", "Sum", 5, map[string]string{"StateMachineArn": *a.machine.arn}),
		},
	}
}

// ofPeople are the alarms of what does not reach people.
func (w *alarms) ofPeople(a *application) []alarm {
	list := []alarm{
		{
			id: "PushFailures", means: "Pushes fail: more than half of all, or more than a hundred in a quarter of an hour", periods: 1,
			do:     "look at the graph of pushes for which platform, then at its key",
			metric: w.pushFailures(15),
		},
	}
	if a.refusals == nil {
		return list
	}
	return append(list, alarm{ // the function's errors are tried again, and then lie there
		id: "DeadRefusals", means: "Word of pushes that failed was given up: offers ring on at phones that are dead", periods: 1,
		do:     "look for 'refusal not noted' and 'Task timed out' in the log of refusals, then purge the queue",
		metric: a.refusals.dead.MetricApproximateNumberOfMessagesVisible(every(1)),
	})
}

// pushFailures is 1 when many pushes fail: those that SNS did not take, and those that it took
// and could not deliver. A number alone would never be reached by a small stage where each
// fails, and a rate alone would be by a single phone at night. Alarms cannot search for
// metrics, so SNS's own are added up by application.
func (w *alarms) pushFailures(minutes int) awscloudwatch.IMetric {
	metrics := map[string]awscloudwatch.IMetric{"refused": w.own("PushFailures", "Sum", minutes)}
	for _, app := range w.c.Apps {
		metrics[app.Platform] = w.undelivered(app, minutes)
	}
	failed := sumOf(names(metrics))
	metrics["tried"] = w.own("Pushes", "Sum", minutes)
	return w.using(fmt.Sprintf("IF(((%[1]s) > 100) OR (((%[1]s) > 2) AND ((2 * (%[1]s)) > FILL(tried, 0))), 1, 0)", failed), "PushFailures", minutes, metrics)
}

// ofLimits are the alarms of limits that are met.
func (w *alarms) ofLimits(d *data) []alarm {
	table := func(name string) awscloudwatch.IMetric {
		return w.metric("AWS/DynamoDB", name, "Sum", 5, map[string]string{"TableName": *d.table.TableName()})
	}
	return []alarm{
		// Of the functions behind the API it is an answer 5xx, and shift is tried again.
		{
			id: "LambdaThrottles", means: "Lambda has no instances left for escalate or timer", periods: 1,
			do: "ask AWS for more concurrent executions, or raise reservedConcurrency",
			metric: w.added("LambdaThrottles", map[string]awscloudwatch.IMetric{
				"escalate": w.ofFunction("escalate", "Throttles", 5), "timer": w.ofFunction("timer", "Throttles", 5),
			}),
		},
		{
			id: "TableThrottles", means: "The table refuses what comes too fast", threshold: 10, periods: 1,
			do:     "look whether it is a bound of the stage (maxReadUnits, maxWriteUnits) or one business that is very busy",
			metric: w.added("TableThrottles", map[string]awscloudwatch.IMetric{"reads": table("ReadThrottleEvents"), "writes": table("WriteThrottleEvents")}),
		},
		{
			id: "Flood", means: "The API refuses tokens, or turns away what comes too fast, more than once a second", threshold: 300, periods: 1,
			do:     "look at the routes and statuses in the API's log: 401 are guesses, or an app that goes on with a dead token; of 429 raise the limits if it is the team",
			metric: w.own(answersRefused, "Sum", 5),
		},
		{
			id: "Refusals", means: "Passwords, codes, keys, ids of other accounts or too much is refused, more than twenty times a minute", threshold: 100, periods: 1,
			do:     "look for 'door noticed' in the logs of the functions with routes, of login first: which event, from which network",
			metric: w.own("Refused", "Sum", 5),
		},
	}
}

// names are those of metrics in an expression, in order.
func names(metrics map[string]awscloudwatch.IMetric) []string {
	return slices.Sorted(maps.Keys(metrics))
}
