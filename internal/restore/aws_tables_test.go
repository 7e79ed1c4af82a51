package restore

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

type item = map[string]types.AttributeValue

// madeTable is what the twin knows of a table besides its items, which lie in DynamoDB Local.
type madeTable struct {
	id, status          string
	busy                int // how many more looks find it so; then it is ready, or gone
	recovery, protected bool
	tags                map[string]string
	limits              object
	backupsBusy         bool // refuses backups once, as AWS does of a table that is new
}

// madeBackup is a backup with what lies in it.
type madeBackup struct {
	arn, name, table, id string
	busy                 int
	items                []item
}

// moment is what lay in the desk's table then.
type moment struct {
	at    time.Time
	items []item
}

func (w *twin) arn(what string) string {
	return "arn:aws:dynamodb:us-east-1:123456789012:table/" + what
}

// keep notes what lies in the table now, to be restored by that time.
func (w *twin) keep(at time.Time) {
	w.moments = append(w.moments, moment{at, w.items(w.table())})
}

// items reads a whole table, in the order of the keys.
func (w *twin) items(name string) []item {
	var found []item
	pages := dynamodb.NewScanPaginator(w.local, &dynamodb.ScanInput{TableName: &name, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			w.t.Errorf("scan %s: %v", name, err)
			return nil
		}
		found = append(found, page.Items...)
	}
	slices.SortFunc(found, func(a, b item) int { return strings.Compare(keyOf(a), keyOf(b)) })
	return found
}

func keyOf(i item) string {
	return i["pk"].(*types.AttributeValueMemberS).Value + " " + i["sk"].(*types.AttributeValueMemberS).Value
}

// create makes a table with these items, which AWS takes a while for.
func (w *twin) create(name, kind string, items []item) {
	attribute := func(name string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: &name, AttributeType: types.ScalarAttributeTypeS}
	}
	_, err := w.local.CreateTable(context.Background(), &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{attribute("pk"), attribute("sk")},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("pk"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("sk"), KeyType: types.KeyTypeRange},
		},
	})
	if err != nil {
		w.t.Fatalf("create %s: %v", name, err)
	}
	for _, i := range items {
		if _, err := w.local.PutItem(context.Background(), &dynamodb.PutItemInput{TableName: &name, Item: i}); err != nil {
			w.t.Fatalf("copy to %s: %v", name, err)
		}
	}
	w.made++
	w.tables[name] = &madeTable{id: fmt.Sprint(kind, "-", w.made), status: "CREATING", busy: 2, backupsBusy: true}
}

// clear takes away all tables.
func (w *twin) clear() {
	for name, made := range w.tables {
		if made.status != "DELETING" {
			_, _ = w.local.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name})
		}
	}
}

// look finds a table, and lets time pass for it.
func (w *twin) look(in object) (string, *madeTable, *refusal) {
	name := text(in, "TableName")
	if arn := text(in, "ResourceArn"); arn != "" {
		name = strings.TrimPrefix(arn, w.arn(""))
	}
	made := w.tables[name]
	if made != nil && made.busy > 0 {
		if made.busy--; made.busy == 0 && made.status == "DELETING" {
			delete(w.tables, name)
		} else if made.busy == 0 {
			made.status = "ACTIVE"
		}
	}
	if w.tables[name] == nil {
		return name, nil, refuse("ResourceNotFoundException", "Requested resource not found: Table: %s not found", name)
	}
	return name, made, nil
}

// ready finds a table that can be changed.
func (w *twin) ready(in object) (string, *madeTable, *refusal) {
	name, made, no := w.look(in)
	if no == nil && made.status != "ACTIVE" && made.status != "UPDATING" {
		no = refuse("ResourceInUseException", "Table is being %s: %s", made.status, name)
	}
	if no == nil && made.busy > 0 {
		no = refuse("ResourceInUseException", "Attempt to change a resource which is still in use: Table is being updated: %s", name)
	}
	return name, made, no
}

func (w *twin) describeTable(in object) (object, *refusal) {
	name, made, no := w.look(in)
	if no != nil {
		return nil, no
	}
	d := object{
		"TableName": name, "TableId": made.id, "TableArn": w.arn(name), "TableStatus": made.status,
		"DeletionProtectionEnabled": made.protected,
	}
	if made.limits != nil {
		d["OnDemandThroughput"] = made.limits
	}
	if !strings.HasPrefix(made.id, "Table") {
		d["RestoreSummary"] = object{"RestoreInProgress": made.status == "CREATING", "RestoreDateTime": float64(w.now.Unix())}
	}
	return object{"Table": d}, nil
}

func (w *twin) updateTable(in object) (object, *refusal) {
	_, made, no := w.ready(in)
	if no != nil {
		return nil, no
	}
	if protected, is := in["DeletionProtectionEnabled"].(bool); is {
		made.protected = protected
	}
	if limits, is := in["OnDemandThroughput"].(object); is {
		made.limits = limits
	}
	made.status, made.busy = "UPDATING", 2
	return object{"TableDescription": object{"TableStatus": made.status}}, nil
}

// deleteTable watches that nothing works on the desk's table any more.
func (w *twin) deleteTable(in object) (object, *refusal) {
	name, made, no := w.ready(in)
	switch {
	case no != nil:
		return nil, no
	case made.protected:
		return nil, refuse("ValidationException", "Resource cannot be deleted as it is currently protected against deletion.")
	case name == w.table() && w.running() != nil:
		w.t.Errorf("the table is deleted while %q may write to it", w.running())
	}
	made.status, made.busy = "DELETING", 2
	if _, err := w.local.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name}); err != nil {
		w.t.Errorf("delete %s: %v", name, err)
	}
	return object{"TableDescription": object{"TableStatus": made.status}}, nil
}

func (w *twin) scan(in object) (object, *refusal) {
	found := []any{}
	for _, i := range w.items(text(in, "TableName")) {
		found = append(found, object{"sk": object{"S": i["sk"].(*types.AttributeValueMemberS).Value}})
	}
	return object{"Items": found, "Count": len(found), "ScannedCount": len(found)}, nil
}

// ttl is the attribute by which items expire in DynamoDB Local.
func (w *twin) ttl(name string) string {
	out, err := w.local.DescribeTimeToLive(context.Background(), &dynamodb.DescribeTimeToLiveInput{TableName: &name})
	if err != nil || out.TimeToLiveDescription.TimeToLiveStatus != types.TimeToLiveStatusEnabled {
		return ""
	}
	return *out.TimeToLiveDescription.AttributeName
}

func (w *twin) setTTL(name string) {
	_, err := w.local.UpdateTimeToLive(context.Background(), &dynamodb.UpdateTimeToLiveInput{
		TableName:               &name,
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("exp"), Enabled: aws.Bool(true)},
	})
	if err != nil {
		w.t.Errorf("time to live of %s: %v", name, err)
	}
}

func (w *twin) describeTTL(in object) (object, *refusal) {
	if attribute := w.ttl(text(in, "TableName")); attribute != "" {
		return object{"TimeToLiveDescription": object{"TimeToLiveStatus": "ENABLED", "AttributeName": attribute}}, nil
	}
	return object{"TimeToLiveDescription": object{"TimeToLiveStatus": "DISABLED"}}, nil
}

func (w *twin) updateTTL(in object) (object, *refusal) {
	name, _, no := w.ready(in)
	if no != nil {
		return nil, no
	}
	if spec, _ := in["TimeToLiveSpecification"].(object); spec["Enabled"] != true || spec["AttributeName"] != "exp" {
		return nil, refuse("ValidationException", "%v", spec)
	}
	w.setTTL(name)
	return in, nil
}

func (w *twin) listTags(in object) (object, *refusal) {
	_, made, no := w.look(in)
	if no != nil {
		return nil, no
	}
	tags := []any{}
	for key, value := range made.tags {
		tags = append(tags, object{"Key": key, "Value": value})
	}
	return object{"Tags": tags}, nil
}

func (w *twin) tag(in object) (object, *refusal) {
	_, made, no := w.ready(in)
	if no != nil {
		return nil, no
	}
	made.tags = map[string]string{}
	for _, one := range in["Tags"].([]any) {
		key := text(one.(object), "Key")
		if strings.HasPrefix(key, "aws:") {
			return nil, refuse("ValidationException", "Tag keys must not start with aws:")
		}
		made.tags[key] = text(one.(object), "Value")
	}
	return object{}, nil
}
