package cloud_test

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/table"
)

// says is a line that answers everything with this.
type says struct {
	status int // 0 for 200
	header http.Header
	body   []byte
}

func (s says) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: cmp.Or(s.status, http.StatusOK), Header: s.header, ContentLength: int64(len(s.body)),
		Body: io.NopCloser(bytes.NewReader(s.body)), Request: r,
	}, nil
}

// over is a table behind a line.
func over(l http.RoundTripper) *cloud.Table {
	return cloud.NewTable(dynamodb.New(dynamodb.Options{
		Region: "eu-central-1", Credentials: aws.AnonymousCredentials{}, RetryMaxAttempts: 1, EnableAcceptEncodingGzip: true,
		HTTPClient: &http.Client{Transport: l},
	}), "table", nil)
}

// failing is what tests of every kind have.
type failing interface {
	Helper()
	Fatalf(format string, args ...any)
}

// page reads a page of the partition p, and the same page by the SDK alone, which must be alike.
func page(t failing, db *cloud.Table, in *dynamodb.QueryInput, what any) ([]table.Item, map[string]types.AttributeValue, error) {
	t.Helper()
	want, wantLast, wantErr := db.PageBySDK(context.Background(), in)
	items, last, err := db.Page(context.Background(), in, "p")
	if fmt.Sprint(err) != fmt.Sprint(wantErr) {
		t.Fatalf("%s:\n%v, by the SDK %v", what, err, wantErr)
	}
	if err != nil {
		return nil, nil, err
	}
	if diff := gocmp.Diff(append([]table.Item{}, want...), append([]table.Item{}, items...)); diff != "" {
		t.Fatalf("%s:\nitems, -by the SDK +read: %s", what, diff)
	}
	if len(last)+len(wantLast) > 0 && !reflect.DeepEqual(last, wantLast) {
		t.Fatalf("%s:\nthe last key is %v, by the SDK %v", what, last, wantLast)
	}
	return items, last, nil
}

// anyQuery is a Query whose answer is canned.
var anyQuery = &dynamodb.QueryInput{TableName: aws.String("table")}

// drawText draws a JSON string, by more or fewer escapes than are needed.
func drawText(t *rapid.T) string {
	s := rapid.OneOf(rapid.StringMatching(`[a-z/]{0,12}`), rapid.String(), rapid.Just("p"), rapid.Just(`{"f":"Asha","on":true,"cc":1}`)).Draw(t, "text")
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(rapid.Bool().Draw(t, "html"))
	if err := e.Encode(s); err != nil {
		t.Fatal(err)
	}
	text := strings.TrimSpace(b.String())
	if rapid.IntRange(0, 9).Draw(t, "slashes") == 0 {
		text = strings.ReplaceAll(text, "/", `\/`)
	}
	return text
}

// drawAttribute draws the value of an attribute, mostly of the kind that it has.
func drawAttribute(t *rapid.T, name string) string {
	kinds := map[string][]string{"pk": {"S"}, "sk": {"S"}, "v": {"N"}, "at": {"N"}, "exp": {"N"}, "b": {"S", "B"}}[name]
	kind := rapid.SampledFrom(append(slices.Repeat(kinds, 20), "S", "N", "B", "BOOL", "NULL", "L", "null")).Draw(t, "kind")
	switch kind {
	case "S":
		return `{"S":` + drawText(t) + `}`
	case "N":
		n := rapid.OneOf(rapid.Int64Range(-3, 4_000_000_000), rapid.Int64()).Draw(t, "number")
		text := rapid.SampledFrom(append(slices.Repeat([]string{strconv.FormatInt(n, 10)}, 20), "1.5", "1E+20", "007", "-0", "+1", "")).Draw(t, "digits")
		return `{"N":"` + text + `"}`
	case "B":
		return `{"B":"` + base64.StdEncoding.EncodeToString(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + `"}`
	case "L":
		return `{"L":[{"S":"x"}]}`
	case "null":
		return kind
	}
	return `{"` + kind + `":true}`
}

// drawItem draws an item: its key, and some of what else it may have.
func drawItem(t *rapid.T, more ...string) string {
	names := []string{"pk", "sk"}
	for _, name := range more {
		if rapid.Bool().Draw(t, name) {
			names = append(names, name)
		}
	}
	if rapid.IntRange(0, 60).Draw(t, "odd") == 0 {
		names[rapid.IntRange(0, len(names)-1).Draw(t, "which")] = rapid.SampledFrom([]string{"v", "b", "other"}).Draw(t, "name")
	}
	var all []string
	for _, name := range rapid.Permutation(names).Draw(t, "order") {
		all = append(all, `"`+name+`":`+drawAttribute(t, name))
	}
	return "{" + strings.Join(all, ",") + "}"
}

// drawAnswer draws an answer to a Query as DynamoDB may give it, and sometimes as it may not.
func drawAnswer(t *rapid.T) []byte {
	var items []string
	for range rapid.IntRange(0, 4).Draw(t, "items") {
		items = append(items, drawItem(t, "v", "b", "exp", "at"))
	}
	fields := []string{fmt.Sprintf(`"Count":%d`, len(items)), `"Items":[` + strings.Join(items, ",") + `]`, fmt.Sprintf(`"ScannedCount":%d`, len(items))}
	if rapid.Bool().Draw(t, "more") {
		fields = append(fields, `"LastEvaluatedKey":`+drawItem(t))
	}
	if rapid.IntRange(0, 9).Draw(t, "unusual") == 0 {
		fields = append(fields, rapid.SampledFrom([]string{
			`"ConsumedCapacity":{"CapacityUnits":0.5,"TableName":"table"}`, `"New":[1,{"a":null}]`, `"Count":7`, `"Items":null`, `"Items":[]`,
			`"LastEvaluatedKey":{}`, `"LastEvaluatedKey":null`, `"ScannedCount":99999999999`, `"ScannedCount":-1`, `"Items":{}`,
		}).Draw(t, "field"))
	}
	answer := []byte("{" + strings.Join(rapid.Permutation(fields).Draw(t, "fields"), ",") + "}")
	if rapid.IntRange(0, 9).Draw(t, "spaces") == 0 {
		var b bytes.Buffer
		if json.Indent(&b, answer, "", " ") == nil {
			answer = b.Bytes()
		}
	}
	if rapid.IntRange(0, 2).Draw(t, "damage") == 0 {
		at := rapid.IntRange(0, len(answer)-1).Draw(t, "at")
		switch with := rapid.SampledFrom([]byte("{}[]\",:0-a\\u/ \n\x00\x80\xff")).Draw(t, "byte"); rapid.IntRange(0, 3).Draw(t, "how") {
		case 0:
			answer[at] = with
		case 1:
			answer = slices.Insert(answer, at, with)
		case 2:
			answer = slices.Delete(answer, at, at+1)
		default:
			answer = answer[:at]
		}
	}
	return answer
}

// TestPageMeansWhatTheSDKSays: answers of all kinds, whole and damaged. Most of those that are whole are read here.
func TestPageMeansWhatTheSDKSays(t *testing.T) {
	all, parsed := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		answer := drawAnswer(t)
		all++
		if cloud.Parses(answer) {
			parsed++
		}
		_, _, _ = page(t, over(says{body: answer}), anyQuery, answer)
	})
	// About one in six is, at times one in twenty. The twenty of a short form are too few to tell.
	if !testing.Short() && parsed < all/50 {
		t.Errorf("of %d answers %d are read here", all, parsed)
	}
}

// FuzzPage does the same with what nobody thought of.
func FuzzPage(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `{"Count":0,"Items":[],"ScannedCount":0}`, `{"Items":[{"pk":{"S":"p"},"sk":{"S":"\u00e9\ud83d\ude00\ud83d"}}]}`,
		`{"Count":1,"Items":[{"b":{"S":"{\"f\":\"Asha\"}"},"exp":{"N":"4000000000"},"pk":{"S":"p"},"sk":{"S":"mem/1"},"v":{"N":"7"}}],"LastEvaluatedKey":{"pk":{"S":"p"},"sk":{"S":"mem/1"}},"ScannedCount":1}`,
		`{"Items":[{"pk":{"S":"q"},"sk":{"S":"c"},"v":{"N":"7"},"at":{"N":"1"}},{"pk":{"S":"p"},"sk":{"S":"x"},"b":{"B":"AP8="}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, answer []byte) { _, _, _ = page(t, over(says{body: answer}), anyQuery, answer) })
}

// TestPageOfOtherForms: what lies below the answer, and what is no answer.
func TestPageOfOtherForms(t *testing.T) {
	whole := []byte(`{"Count":1,"Items":[{"pk":{"S":"p"},"sk":{"S":"x"},"v":{"N":"7"}}],"ScannedCount":1}`)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write(whole)
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	sum := func(b []byte) string { return strconv.FormatUint(uint64(crc32.ChecksumIEEE(b)), 10) }
	for _, test := range []struct {
		name  string
		says  says
		items int
	}{
		{"whole", says{body: whole}, 1},
		{"with its checksum", says{header: http.Header{"X-Amz-Crc32": {sum(whole)}}, body: whole}, 1},
		{"with another checksum", says{header: http.Header{"X-Amz-Crc32": {"1"}}, body: whole}, 1}, // which the SDK logs
		{"with a checksum that is none", says{header: http.Header{"X-Amz-Crc32": {"x"}}, body: whole}, 0},
		{"packed", says{header: http.Header{"Content-Encoding": {"gzip"}, "X-Amz-Crc32": {sum(packed.Bytes())}}, body: packed.Bytes()}, 1},
		{"packed and cut", says{header: http.Header{"Content-Encoding": {"gzip"}}, body: packed.Bytes()[:packed.Len()-9]}, 0},
		{"an error", says{status: 400, body: []byte(`{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"gone"}`)}, 0},
		{"an error that is none", says{status: 500, body: []byte(`<html>`)}, 0},
		{"accepted", says{status: 202, body: whole}, 1},
		{"nothing", says{}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			if items, _, _ := page(t, over(test.says), anyQuery, test.name); len(items) != test.items {
				t.Errorf("%d items, want %d", len(items), test.items)
			}
		})
	}
}

// TestPageLeavesWhatIsThereTwice: which of the two counts the SDK says.
func TestPageLeavesWhatIsThereTwice(t *testing.T) {
	for _, attributes := range []string{
		`"pk":{"S":"q"},"pk":{"S":"p"},"sk":{"S":"x"}`,
		`"pk":{"S":"p"},"sk":{"S":"x"},"b":{"B":"AAAA"},"b":{"S":"y"}`,
		`"pk":{"S":"p"},"sk":{"S":"x"},"v":{"N":"1"},"v":{"N":"2"}`,
	} {
		answer := []byte(`{"Items":[{` + attributes + `}]}`)
		if cloud.Parses(answer) {
			t.Errorf("%s is read here", answer)
		}
		if items, _, _ := page(t, over(says{body: answer}), anyQuery, answer); len(items) != 1 {
			t.Errorf("%s has %d items", answer, len(items))
		}
	}
}

// TestPageOfDynamoDB: DynamoDB Local writes answers as they are read here, of more than one page, too.
func TestPageOfDynamoDB(t *testing.T) {
	seen := &seeing{}
	client := cloudtest.Start(t, func(o *dynamodb.Options) { o.HTTPClient = &http.Client{Transport: seen} })
	name := cloudtest.CreateTable(t, client)
	db := cloud.NewTable(client, name, nil)
	for n, body := range []string{
		"", `{"f":"Asha","on":true}`, "Größe \U0001F600 आशा \u2028", "</script>\n\t\"\\", "\xff\x00binary", strings.Repeat("x", 390_000), strings.Repeat("y\"", 190_000), strings.Repeat("z", 390_000),
	} {
		it := table.Item{Key: table.Key{Partition: "p", Sort: fmt.Sprintf("%d/é%d", n, n)}, Body: []byte(body)}
		if n%2 == 0 {
			it.Expires = time.Now().Add(time.Hour)
		}
		if err := db.Write(t.Context(), table.Put(it, table.Condition{})); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := db.Increment(t.Context(), table.Key{Partition: "p", Sort: "counter"}, time.Now()); err != nil {
		t.Fatal(err)
	}
	in := &dynamodb.QueryInput{
		TableName: &name, KeyConditionExpression: aws.String("pk = :p"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":p": &types.AttributeValueMemberS{Value: "p"}},
	}
	found, pages := 0, 0
	for more := true; more; pages++ {
		items, last, err := page(t, db, in, "a page")
		if err != nil {
			t.Fatal(err)
		}
		if !cloud.Parses(seen.last) {
			t.Errorf("left to the SDK: %.300s", seen.last)
		}
		found += len(items)
		in.ExclusiveStartKey, more = last, len(last) > 0
	}
	if found != 9 || pages < 2 {
		t.Errorf("%d items on %d pages, want 9 on some", found, pages)
	}
}

// seeing keeps the last answer that went over it.
type seeing struct{ last []byte }

func (s *seeing) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := pass(r)
	if err != nil {
		return nil, err
	}
	s.last, err = io.ReadAll(response.Body)
	response.Body = struct {
		io.Reader
		io.Closer
	}{bytes.NewReader(s.last), response.Body}
	return response, err
}

// thousand is the answer that has the desk rows of a large team.
func thousand() says {
	var b bytes.Buffer
	b.WriteString(`{"Count":1000,"Items":[`)
	for n := range 1000 {
		if n > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"b":{"S":"{\"f\":\"Asha\",\"on\":true,\"d\":[\"dep_zqexjwiisgya\"],\"cc\":1,\"p\":{\"*/chat\":%d,\"zqexjwiisgya/chat\":%[1]d},\"h\":\"Europe/Berlin 12345/0830-1230,1315-1730\",\"v\":1}"},`+
			`"pk":{"S":"p"},"sk":{"S":"mem/mem_%012[1]d"},"v":{"N":"%[1]d"}}`, n)
	}
	b.WriteString(`],"ScannedCount":1000}`)
	return says{body: b.Bytes()}
}

// BenchmarkPage reads the desk rows of a large team from an answer of DynamoDB's.
func BenchmarkPage(b *testing.B) {
	db := over(thousand())
	b.Run("read here", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if items, _, err := db.Page(b.Context(), anyQuery, "p"); len(items) != 1000 {
				b.Fatal(err)
			}
		}
	})
	b.Run("by the SDK", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if items, _, err := db.PageBySDK(b.Context(), anyQuery); len(items) != 1000 {
				b.Fatal(err)
			}
		}
	})
}

// TestPageTakesLessThanTheSDK: by turns in one run, in processor time of the whole call. It takes 0.37 of it,
// and 0.43 with the race detector.
func TestPageTakesLessThanTheSDK(t *testing.T) {
	db := over(thousand())
	var took [2]time.Duration
	for n := range 20 {
		began := processor(t)
		var err error
		if n%2 == 0 {
			_, _, err = db.Page(t.Context(), anyQuery, "p")
		} else {
			_, _, err = db.PageBySDK(t.Context(), anyQuery)
		}
		if err != nil {
			t.Fatal(err)
		}
		took[n%2] += processor(t) - began
	}
	ratio := float64(took[0]) / float64(took[1])
	if t.Logf("%.2f of %v", ratio, took[1]/10); ratio > 0.75 {
		t.Errorf("reading a page takes %.2f of what it takes by the SDK, %v", ratio, took[1]/10)
	}
}

// processor is the processor time of this process.
func processor(t *testing.T) time.Duration {
	t.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		t.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}
