package coldstart

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/roster"
)

// shelf is a table as it was once, from which a function may read. Its items are as DynamoDB
// tells them, in the order of their sort keys; what is written is not kept, so that whatever
// happened once happens again.
type shelf []map[string]value

// value is an attribute's.
type value struct {
	S string `json:",omitempty"`
	N string `json:",omitempty"`
	B []byte `json:",omitempty"`
}

// answer is what DynamoDB says to a request that reads, and nothing to others.
func (s shelf) answer(operation string, request []byte) string {
	var in struct {
		Key, ExpressionAttributeValues, ExclusiveStartKey map[string]value
		ScanIndexForward                                  *bool
		Limit                                             int
	}
	_ = json.Unmarshal(request, &in) // the SDK made it
	switch operation {
	case "GetItem":
		for _, item := range s {
			if item["pk"].S == in.Key["pk"].S && item["sk"].S == in.Key["sk"].S {
				return text(map[string]any{"Item": item})
			}
		}
	case "Query":
		found := shelf{}
		for _, item := range s {
			if item["pk"].S == in.ExpressionAttributeValues[":p"].S && strings.HasPrefix(item["sk"].S, in.ExpressionAttributeValues[":s"].S) {
				found = append(found, item)
			}
		}
		if in.ScanIndexForward != nil && !*in.ScanIndexForward {
			slices.Reverse(found)
		}
		after := slices.IndexFunc(found, func(item map[string]value) bool { return item["sk"].S == in.ExclusiveStartKey["sk"].S }) + 1
		found = found[after:]
		if in.Limit > 0 && in.Limit < len(found) {
			found = found[:in.Limit]
		}
		return text(map[string]any{"Items": found, "Count": len(found)})
	}
	return "{}"
}

func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // a value that is none of DynamoDB's
	}
	return string(b)
}

// business makes an account with ten agents who wait with their phones, on DynamoDB, and gives
// what is in the table then.
func business(t *testing.T) (account string, _ shelf) {
	t.Helper()
	client := cloudtest.Start(t)
	name := cloudtest.CreateTable(t, client)
	twins, err := local.Open(t.TempDir(), local.Options{NoSync: true, PasswordMemory: 64, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(func() { _ = twins.Close() })
	d := twins.Desk
	d.Table = cloud.NewTable(client, name, nil)
	made, err := d.Provision(t.Context(), desk.NewAccount{FirstPassword: desk.FirstPasswordKeep, Name: "Shop", TimeZone: "UTC", Owner: member("Olga")})
	must(t, err)
	owner := desk.Caller{AccountID: made.AccountID, MemberID: made.MemberID, Role: desk.RoleOwner}
	for n := range 10 {
		m := member(fmt.Sprint("Agent", n))
		m.Role = desk.RoleStaff
		agent, err := d.CreateMember(t.Context(), owner, m)
		must(t, err)
		c := desk.Caller{AccountID: made.AccountID, MemberID: agent.ID, Role: desk.RoleStaff}
		_, err = d.PutDevice(t.Context(), c, desk.Device{ID: "phone", Platform: desk.FCM, Token: m.FirstName})
		must(t, err)
		_, err = d.SetPresence(t.Context(), c, c.MemberID, roster.StatusOnline)
		must(t, err)
	}
	return made.AccountID, scan(t, client, name)
}

func member(name string) desk.NewMember {
	return desk.NewMember{FirstName: name, LastName: "Rao", Email: name + "@example.com", Password: "Six green shoe boxes, 6"}
}

// scan reads a whole table.
func scan(t *testing.T, client *dynamodb.Client, name string) (s shelf) {
	t.Helper()
	pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: &name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		must(t, err)
		for _, attributes := range page.Items {
			item := map[string]value{}
			for name, a := range attributes {
				switch a := a.(type) {
				case *types.AttributeValueMemberS:
					item[name] = value{S: a.Value}
				case *types.AttributeValueMemberN:
					item[name] = value{N: a.Value}
				case *types.AttributeValueMemberB:
					item[name] = value{B: a.Value}
				default:
					t.Fatalf("attribute %s is a %T", name, a)
				}
			}
			s = append(s, item)
		}
	}
	slices.SortFunc(s, func(a, b map[string]value) int { return cmp.Compare(a["sk"].S, b["sk"].S) })
	return s
}

// ringing is the scene of an escalation that rings.
func ringing(t *testing.T) scene {
	t.Helper()
	account, table := business(t)
	return scene{name: "escalate that rings", function: "escalate", event: escalation(t, account), table: table}
}

// escalation is an event by which the phone of one of an account's agents rings.
func escalation(t *testing.T, account string) []byte {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(root, "events", "escalate-chat.json"))
	must(t, err)
	var event map[string]any
	must(t, json.Unmarshal(file, &event))
	event["accountId"] = account
	delete(event, "departmentId")
	return []byte(text(event))
}
