package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/table"
)

// laptop measures whole lives on the embedded engine alone, as fast as it is.
func laptop(dir string, agents, rounds int) *Step {
	b := open(filepath.Join(dir, "laptop.db"), local.TableOptions{NoSync: true})
	b.desk.Table = b.bolt
	b.team(agents)
	s := &Step{Name: "life"}
	for n := range 10 + rounds {
		began, cpu, bytes := time.Now(), processor(), allocated()
		b.life(n)
		if n >= 10 {
			s.Took, s.CPU, s.Bytes = append(s.Took, time.Since(began)), s.CPU+processor()-cpu, s.Bytes+allocated()-bytes
		}
	}
	check(b.bolt.Close())
	return s
}

// thousand measures the reading of the desk of a thousand members, as the first claim of a process does it:
// DynamoDB's answer is there at once, and no row is known from a reading before.
func thousand(dir string, reads int) *Step {
	b := open(filepath.Join(dir, "thousand.db"), local.TableOptions{NoSync: true})
	b.crowd(1000)
	answers := overHTTP(b.bolt, b.partition())
	s := &Step{Name: "desk of 1,000"}
	for n := range 3 + reads {
		d := desk.New(answers, b, b, users{}, b)
		prepare(d)
		began, cpu := time.Now(), processor()
		_, err := d.Departments(context.Background(), b.owner)
		check(err)
		if n >= 3 {
			s.Took = append(s.Took, time.Since(began))
			s.CPU += processor() - cpu
		}
	}
	check(b.bolt.Close())
	return s
}

// atOnce measures escalations of so many callers, each of whom has one after the other, in one rotation
// of a table that is written through to the disk.
func atOnce(dir string, callers, each int) *Step {
	b := open(filepath.Join(dir, "disk.db"), local.TableOptions{})
	b.crowd(100)
	took := make([]time.Duration, callers*each)
	cpu := processor()
	var all sync.WaitGroup
	for c := range callers {
		all.Go(func() {
			for n := c; n < len(took); n += callers {
				_, took[n] = b.call(machine, "POST", "/v1/escalations", b.enquiry(n))
			}
		})
	}
	all.Wait()
	s := &Step{Name: "at once, fsync", Took: took, CPU: processor() - cpu}
	check(b.bolt.Close())
	return s
}

// partition is where the desk of the account lies.
func (b *bench) partition() string { return b.owner.AccountID + "/desk" }

// crowd makes a team whose members but one are only rows, as they are in practice: in a department, with
// hours, and with places in two rotations.
func (b *bench) crowd(members int) {
	b.team(1)
	rows, err := b.bolt.Query(context.Background(), table.Range{Partition: b.partition(), Prefix: "mem/"})
	check(err)
	var row string
	for _, it := range rows {
		if strings.Contains(string(it.Body), `"on":true`) {
			row = string(it.Body)
		}
	}
	if !strings.Contains(row, `,"cc":1`) || strings.Contains(row, `"p":`) {
		check(fmt.Errorf("a row is not as expected: %q", row))
	}
	for n := len(rows); n < members; n++ {
		body := strings.Replace(row, `,"cc":1`, fmt.Sprintf(`,"d":["dep_zqexjwiisgya"],"cc":1,"p":{"*/chat":%d,"zqexjwiisgya/chat":%[1]d},"h":"Europe/Berlin 1234567/0000-2400"`, 1+n%100), 1)
		key := table.Key{Partition: b.partition(), Sort: fmt.Sprintf("mem/mem_%012d", n)}
		check(b.bolt.Write(context.Background(), table.Put(table.Item{Key: key, Body: []byte(body)}, table.Condition{})))
	}
}

// overHTTP is a table of which one partition is read as from DynamoDB, as it is now.
func overHTTP(t table.Table, partition string) table.Table {
	items, err := t.Query(context.Background(), table.Range{Partition: partition})
	check(err)
	var b bytes.Buffer
	fmt.Fprintf(&b, `{"Count":%d,"Items":[`, len(items))
	for n, it := range items {
		if n > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"b":{"S":%s},"pk":{"S":%s},"sk":{"S":%s},"v":{"N":"%d"}}`, quoted(string(it.Body)), quoted(it.Key.Partition), quoted(it.Key.Sort), it.Version)
	}
	fmt.Fprintf(&b, `],"ScannedCount":%d}`, len(items))
	client := dynamodb.New(dynamodb.Options{
		Region: "eu-central-1", Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		HTTPClient: &http.Client{Transport: answer(b.Bytes())},
	})
	return &desks{Table: t, dynamo: cloud.NewTable(client, "table", nil), partition: partition}
}

// quoted is a JSON string, with as few escapes as DynamoDB has.
func quoted(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	check(e.Encode(s))
	return strings.TrimSpace(b.String())
}

// desks is a table of which one partition is read elsewhere.
type desks struct {
	table.Table
	dynamo    table.Table
	partition string
}

// Query implements table.Table.
func (d *desks) Query(ctx context.Context, r table.Range) ([]table.Item, error) {
	if r.Partition == d.partition {
		return d.dynamo.Query(ctx, r)
	}
	return d.Table.Query(ctx, r)
}

// answer is what every request is answered.
type answer []byte

// RoundTrip implements http.RoundTripper.
func (a answer) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}},
		ContentLength: int64(len(a)), Body: io.NopCloser(bytes.NewReader(a)), Request: r,
	}, nil
}
