package costs

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestBill is reckoned by hand.
func TestBill(t *testing.T) {
	prices, err := readPrices("# a comment\n" +
		"sns-pushes\tPushes\t0.50\t1000000\tmillion\t1000000\t2026-11\tpage\thttps://a\t\n" +
		"secrets\tSecrets\t0.40\t1\tsecret\t0\t2026-11\tpage\thttps://a\t\n" +
		"traces\tTraces\t5.00\t1000000\tmillion\t100000\t2026-11\tpage\thttps://a\t\n")
	if err != nil {
		t.Fatal(err)
	}
	u := Usage{Pushes: 3e6, Secrets: 2, Traces: 1e6}
	bill, err := prices.Bill(u)
	if err != nil {
		t.Fatal(err)
	}
	list, paid := Total(bill)
	if len(bill) != 2 || !near(list, 1.50+0.80) || !near(paid, 1.00+0.80) {
		t.Errorf("list %v and %v after what is free, want 2.30 and 1.80, of %+v", list, paid, bill)
	}
	if l := prices.Tracing(u); !near(l.List, 5) || !near(l.Paid, 4.50) {
		t.Errorf("traces cost %v and %v, want 5.00 and 4.50", l.List, l.Paid)
	}
	if _, err := prices.Bill(Usage{Requests: 1}); err == nil {
		t.Error("what has no price costs nothing, want an error")
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

// TestPrices holds that each row says what is needed to look it up again.
func TestPrices(t *testing.T) {
	prices, err := ReadPrices()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[Item]bool{}
	for _, p := range prices {
		_, month := time.Parse("2006-01", p.Looked)
		_, day := time.Parse(time.DateOnly, p.Looked)
		switch {
		case seen[p.Item]:
			t.Errorf("%s stands there twice", p.Item)
		case !strings.HasPrefix(p.Page, "https://") || month != nil && day != nil || p.Of <= 0:
			t.Errorf("%s lacks a page, a date or a price: %+v", p.Item, p)
		case p.How != "page" && p.How != "unconfirmed" && (p.How != "told" || p.Note == ""):
			t.Errorf("%s is known by %q, of %q", p.Item, p.How, p.Note)
		}
		seen[p.Item] = true
	}
	for _, bad := range []string{"secrets\tSecrets\t0.40\n", "secrets\tS\tmuch\t1\tsecret\t0\t2026-11\tpage\thttps://a\t\n"} {
		if _, err := readPrices(bad); err == nil {
			t.Errorf("%q is read as a price", bad)
		}
	}
}

// object is a part of a template.
type object = map[string]any

// template has resources by their types, named in order.
func template(resources ...object) Template {
	all := object{}
	for i, r := range resources {
		all[string(rune('a'+i))] = r
	}
	return Template{"Resources": all}
}

func resource(kind string, properties object) object {
	return object{"Type": kind, "Properties": properties}
}

// small is a stage with a bit of everything.
func small() Template {
	stat := func(id string) any { return object{"Id": id, "MetricStat": object{}} }
	return template(
		resource("AWS::CloudWatch::Alarm", object{"MetricName": "Errors"}),
		resource("AWS::CloudWatch::Alarm", object{"Metrics": []any{object{"Id": "sum", "Expression": "a + b + c"}, stat("a"), stat("b"), stat("c")}}),
		resource("AWS::CloudWatch::Dashboard", nil),
		resource("AWS::Lambda::EventSourceMapping", nil),
		resource("AWS::Lambda::Function", object{"MemorySize": 256.0}),
		resource("AWS::Lambda::Function", object{"MemorySize": 128.0}),
		resource("AWS::Logs::LogGroup", object{"RetentionInDays": 90.0}),
		resource("AWS::Cognito::UserPoolClient", object{"AllowedOAuthFlows": []any{"client_credentials"}}),
		resource("AWS::Cognito::UserPoolClient", object{}),
		resource("Custom::PlatformApplication", object{"SecretArn": "one"}),
		resource("Custom::PlatformApplication", object{"SecretArn": "one"}), // for VoIP
		resource("Custom::PlatformApplication", object{"SecretArn": "two"}),
		resource("AWS::SecretsManager::Secret", nil),
		resource("AWS::SQS::Queue", nil),
		resource("AWS::CloudFront::Distribution", nil),
		resource("AWS::WAFv2::WebACL", object{"Rules": []any{object{}, object{}}}),
		resource("AWS::ApiGatewayV2::Stage", object{
			"AccessLogSettings":    object{"Format": `{"status":"$context.status","stage":"prod"}`},
			"RouteSettings":        object{"POST /in": object{"ThrottlingRateLimit": 0.5, "ThrottlingBurstLimit": 10.0}},
			"DefaultRouteSettings": object{"ThrottlingRateLimit": 500.0, "ThrottlingBurstLimit": 1000.0},
		}),
		resource("AWS::ApiGatewayV2::Route", object{"RouteKey": "POST /in", "AuthorizationType": "NONE"}),
		resource("AWS::ApiGatewayV2::Route", object{"RouteKey": "GET /all", "AuthorizationType": "NONE"}),
		resource("AWS::ApiGatewayV2::Route", object{"RouteKey": "GET /me", "AuthorizationType": "JWT"}),
	)
}

func TestRead(t *testing.T) {
	got, err := Read(small(), Template{})
	if err != nil {
		t.Fatal(err)
	}
	want := Deployment{AlarmMetrics: 4, Dashboards: 1, Secrets: 3, Queues: 1, Clients: 1, Functions: 2, MemoryMB: 256, LogDays: 90, AccessLine: float64(len(`{"status":"200","stage":"prod"}` + "\n")),
		WebACLs: 1, WebRules: 2, Public: []PublicRoute{{"GET /all", 500, 1000}, {"POST /in", 0.5, 10}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	for _, test := range []struct {
		name      string
		templates []Template
	}{
		{"what nobody has reckoned with", []Template{small(), template(resource("AWS::Route53::HostedZone", nil))}},
		{"no stage", []Template{template(resource("AWS::SQS::Queue", nil))}},
		{"a field of the log whose length nobody knows", []Template{small(), template(
			resource("AWS::ApiGatewayV2::Stage", object{"AccessLogSettings": object{"Format": `{"at":"$context.protocol"}`}}))}},
		{"nothing", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			if d, err := Read(test.templates...); err == nil {
				t.Errorf("read as %+v", d)
			}
		})
	}
}

// TestIdle is reckoned by hand: 5 pollers ask 3 times a minute for 730 hours.
func TestIdle(t *testing.T) {
	d, err := Read(small())
	if err != nil {
		t.Fatal(err)
	}
	want := Usage{
		Clients: 1, Tokens: 176, Alarms: 4, Dashboards: 1, Secrets: 3, QueueRequests: 5 * 3 * 60 * 730, CodeGB: 2 * 0.0046 * 20,
		TableGB: 0.01, BackupGB: 0.01, WebACLs: 1, WebRules: 2,
	}
	if diff := cmp.Diff(want, d.Idle(), cmp.Comparer(near)); diff != "" {
		t.Errorf("idle (-want +got):\n%s", diff)
	}
}

// TestWhole is reckoned by hand: two invocations of 60 ms with a quarter of a GB, one of
// them behind the API.
func TestWhole(t *testing.T) {
	d := Deployment{MemoryMB: 256, LogDays: 90, AccessLine: 200}
	got := d.Whole(Usage{Invocations: 2, Requests: 1, LogGB: 1000 / GB, TableGB: 3, InternetGB: 600 / GB})
	logged := 1000 + 2*float64(len(lambdaLines)) + 200
	want := Usage{
		Invocations: 2, Requests: 1, GBSeconds: 0.030, LogGB: logged / GB, LogKeptGB: 3 * logged / GB, TableGB: 3, BackupGB: 3,
		InternetGB: 1000 / GB, Traces: 2,
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-15 })); diff != "" {
		t.Errorf("whole (-want +got):\n%s", diff)
	}
}

// TestMonth is reckoned by hand: each step reads as many units as its name has here.
func TestMonth(t *testing.T) {
	reads := func(n float64) Usage { return Usage{ReadUnits: n} }
	s := Steps{
		Ring: Usage{ReadUnits: 1, TableGB: 0.5}, Look: reads(10), Accept: reads(100), OfferTimer: reads(2), Complete: reads(3), WorkTimer: reads(4),
		Read: reads(20), Missed: reads(5), Declined: reads(30), Status: reads(7), Callback: reads(40), CallBack: reads(60),
		HourOfLooks: reads(1), Refresh: reads(2), Online: Usage{ReadUnits: 3, TableGB: 9}, Offline: reads(4), Other: reads(5), Week: reads(168),
		Metrics: 73,
	}
	// 1+10+100+2+3+4, 20 to read, one in five missed, one in ten declined, each looked at,
	// six times asked, one in ten a callback.
	const each = 120 + 20 + 1 + 3 + 3 + 42 + 4 + 6
	const agent = 22*(8*1+8*2+3+4+20*5) + 730
	got := Business{Agents: 2, Escalations: 10}.Month(s)
	want := Usage{Members: 2, Metrics: 17.6, ReadUnits: 2*agent + 10*each, TableGB: 0.5 * 10 * 12}
	if diff := cmp.Diff(want, got, cmp.Comparer(near)); diff != "" {
		t.Errorf("month (-want +got):\n%s", diff)
	}
}

// TestPageOfAgent is reckoned by hand: 176 hours of it, three documents a day, and five files anew
// with each of two releases.
func TestPageOfAgent(t *testing.T) {
	got := Page(Usage{Requests: 1200, ReadUnits: 2, TableGB: 7})
	want := Usage{Requests: 1200*176 + 66 + 10, Invocations: 66 + 10, ReadUnits: 352, InternetGB: 0.00012, TableGB: 0}
	if diff := cmp.Diff(want, got, cmp.Comparer(near)); diff != "" {
		t.Errorf("a page (-want +got):\n%s", diff)
	}
}

// TestWorstMonth is reckoned by hand: half a request a second, of four writes each, and a tenth of
// another that is refused without a look.
func TestWorstMonth(t *testing.T) {
	prices, err := readPrices("api-requests\tAPI\t1.00\t1000000\tmillion\t0\t2026-11\tpage\thttps://a\t\n" +
		"lambda-gb-seconds\tTime\t0.5\t1\tGB-second\t0\t2026-11\tpage\thttps://a\t\n" +
		"dashboards\tD\t3.00\t1\tone\t3\t2026-11\tpage\thttps://a\t\n" +
		"table-write-units\tWrites\t2.00\t1000000\tmillion\t0\t2026-11\tpage\thttps://a\t\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, free := range []Item{TableGB, BackupGB, LogGB, LogKeptGB, InternetGB} {
		prices = append(prices, Price{Item: free})
	}
	r := Report{
		Prices: prices, Deployment: Deployment{MemoryMB: 1024, Dashboards: 1, Public: []PublicRoute{{"POST /in", 0.5, 10}, {"GET /all", 0.1, 1}}},
		Thrifty:   map[string]float64{"POST /in": 0.2},
		Strangers: map[string]Stranger{"POST /in": {Usage{Requests: 1, WriteUnits: 4}, true}, "GET /all": {Usage{Requests: 1, Invocations: 0}, false}},
	}
	routes, sum, thrifty, err := r.WorstMonth()
	if err != nil {
		t.Fatal(err)
	}
	const seconds = 730 * 3600
	if want := 3 + seconds*0.5*9e-6 + seconds*0.1*1e-6; len(routes) != 2 || math.Abs(sum-want) > 1e-9 || !near(routes[0].Million, 9) {
		t.Errorf("the worst month costs %v, want %v, of %+v", sum, want, routes)
	}
	one := Stranger{Usage{Invocations: 1}, true}
	slow := r.Deployment.Stranger(one)[GBSeconds]
	if one.Waits = false; !near(slow, 3*r.Deployment.Stranger(one)[GBSeconds]) {
		t.Errorf("whoever waits takes %v GB-seconds, want three times those of who does not", slow)
	}
	if want := 3 + seconds*0.2*9e-6 + seconds*0.1*1e-6; math.Abs(thrifty-want) > 1e-9 {
		t.Errorf("a thrifty month costs %v, want %v", thrifty, want)
	}
	r.Strangers = nil
	if _, _, _, err := r.WorstMonth(); err == nil {
		t.Error("a route that nobody has measured costs nothing, want an error")
	}
}

func TestFill(t *testing.T) {
	const page = "# Costs\n<!-- costs: idle -->\nold\n<!-- costs end -->\nand\n<!-- costs: life -->\n<!-- costs end -->\nend\n"
	tables := map[string]string{"idle": "| a |\n", "life": "| b |\n"}
	want := "# Costs\n<!-- costs: idle -->\n\n| a |\n\n<!-- costs end -->\nand\n<!-- costs: life -->\n\n| b |\n\n<!-- costs end -->\nend\n"
	got, err := Fill(page, tables)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("filled (-want +got):\n%s", diff)
	}
	if again, err := Fill(got, tables); again != got || err != nil {
		t.Errorf("filled again it is another page, or %v", err)
	}
	if _, err := Fill(page, map[string]string{"prices": ""}); err == nil {
		t.Error("a page without the table's place is filled")
	}
}

func TestNumbers(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{units(0), ""}, {units(0.015), "0.015"}, {units(3.14159), "3.14"}, {units(15), "15"}, {units(999.6), "1,000"}, {units(1234567), "1,234,567"},
		{units(9.999), "10"}, {each(LogGB, 1634/GB), "1,634 B"}, {each(LogGB, 0), ""}, {each(WriteUnits, 15), "15"}, {dollars(38.7), "38.70"},
		{Price{Dollar: "0.40", Per: 1e6}.price(), "0.40 / million"}, {Price{Dollar: "6.00", Per: 1}.price(), "6.00"},
	} {
		if test.got != test.want {
			t.Errorf("%q, want %q", test.got, test.want)
		}
	}
}

// TestTables is reckoned by hand: an escalation of one write and one invocation without
// logs, a thousand of them in a month.
func TestTables(t *testing.T) {
	prices, err := ReadPrices()
	if err != nil {
		t.Fatal(err)
	}
	size := Size{Business{Agents: 10, Escalations: 1_000_000}, Steps{Ring: Usage{WriteUnits: 2}, Accept: Usage{WriteUnits: 4, Requests: 1}}}
	r := Report{Prices: prices, Deployment: Deployment{Dashboards: 1, Clients: 1, AlarmMetrics: 12}, Sizes: []Size{size}}
	tables, err := r.Tables()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ table, row string }{
		{"idle", "| CloudWatch, alarms | 12 | 0.10 | 1.20 | 0.20 |"},
		{"idle", "| **without it, `-c machineClient=false`** | | | **4.20** | **0.20** |"},
		{"life", "| DynamoDB on demand, writes | 2 | | 4 | | | | 0.625 / million | 3.75 |"},
		{"businesses", "| DynamoDB on demand, writes | 0.625 / million | 6,000,000 | 3.75 |"},
		{"prices", "| Secrets Manager | 0.40 a secret | |"},
		{"assumptions", "| days of work of an agent | 22 | a month |"},
	} {
		if !strings.Contains(tables[test.table], test.row) {
			t.Errorf("no %q in\n%s", test.row, tables[test.table])
		}
	}
	r.Prices = r.Prices[1:]
	if _, err := r.Tables(); err == nil {
		t.Error("tables without the price of a request")
	}
}
