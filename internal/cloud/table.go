// Package cloud plays the roles that the product needs on AWS.
package cloud

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/connectnow/backend/internal/table"
)

// Table is a table.Table on DynamoDB. Its keys are the strings pk and sk; TTL is to be
// on for the attribute exp. How items are laid out stands with table.Size.
type Table struct {
	client *dynamodb.Client
	name   string
	now    func() time.Time
}

// NewTable returns the DynamoDB table of this name. Items expire by the clock now; nil
// for time.Now.
func NewTable(client *dynamodb.Client, name string, now func() time.Time) *Table {
	if now == nil {
		now = time.Now
	}
	return &Table{client: client, name: name, now: now}
}

// attributes is how DynamoDB sees an item, or its key.
type attributes = map[string]types.AttributeValue

// Get implements table.Table.
func (t *Table) Get(ctx context.Context, k table.Key) (table.Item, bool, error) {
	if err := ctx.Err(); err != nil {
		return table.Item{}, false, err
	}
	if err := k.Validate(); err != nil {
		return table.Item{}, false, err
	}
	out, err := t.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName:      &t.name,
		Key:            keyAttributes(k),
		ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return table.Item{}, false, readError("get", err)
	}
	if len(out.Item) == 0 {
		return table.Item{}, false, nil
	}
	it, err := itemOf(out.Item)
	if err != nil || table.Expired(it.ExpiresUnix(), t.now()) {
		return table.Item{}, false, err
	}
	return it, true, nil
}

// Query implements table.Table. DynamoDB answers in pages of at most 1 MB, and its
// limit counts expired items too, so it is asked until there is enough or no more.
func (t *Table) Query(ctx context.Context, r table.Range) ([]table.Item, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := r.Validate(); err != nil {
		return nil, err
	}
	in, some := t.query(r)
	if !some {
		return nil, nil
	}
	var found []table.Item
	for {
		if r.Limit > 0 {
			in.Limit = aws.Int32(int32(min(r.Limit-len(found), 1<<20)))
		}
		items, last, err := t.page(ctx, in, r.Partition)
		if err != nil {
			return nil, err
		}
		now := t.now()
		found = append(found, slices.DeleteFunc(items, func(it table.Item) bool { return table.Expired(it.ExpiresUnix(), now) })...)
		if len(last) == 0 || r.Limit > 0 && len(found) >= r.Limit {
			return found, nil
		}
		in.ExclusiveStartKey = last
	}
}

// page asks for one page of a Query of a partition; last is the key before the next, nil when there is none.
func (t *Table) page(ctx context.Context, in *dynamodb.QueryInput, partition string) (items []table.Item, last attributes, err error) {
	p := page{partition: partition}
	out, err := t.client.Query(ctx, in, p.reading)
	switch {
	case err != nil:
		return nil, nil, readError("query", err)
	case p.read:
		return p.items, p.last, nil
	}
	items, err = itemsOf(out.Items)
	return items, out.LastEvaluatedKey, err
}

// itemsOf reads items as itemOf does, and fails on the first that cannot be read.
func itemsOf(all []attributes) (items []table.Item, err error) {
	for _, a := range all {
		it, err := itemOf(a)
		if err != nil {
			return nil, err
		}
		items = append(items, it)
	}
	return items, nil
}

// query makes the request for the first page; some is false when nothing can lie in
// the range. DynamoDB refuses a start key outside of the prefix, which the contract
// allows.
func (t *Table) query(r table.Range) (in *dynamodb.QueryInput, some bool) {
	in = &dynamodb.QueryInput{
		TableName:                 &t.name,
		ConsistentRead:            aws.Bool(true),
		ScanIndexForward:          aws.Bool(!r.Newest),
		KeyConditionExpression:    aws.String("pk = :p"),
		ExpressionAttributeValues: attributes{":p": text(r.Partition)},
	}
	if r.Prefix != "" {
		in.KeyConditionExpression = aws.String("pk = :p AND begins_with(sk, :s)")
		in.ExpressionAttributeValues[":s"] = text(r.Prefix)
	}
	switch {
	case r.After == "":
	case strings.HasPrefix(r.After, r.Prefix):
		in.ExclusiveStartKey = keyAttributes(table.Key{Partition: r.Partition, Sort: r.After})
	case r.After > r.Prefix != r.Newest: // beyond the prefix, in the direction asked for
		return nil, false
	}
	return in, true
}

// Increment implements table.Table. The old values tell both the new number and the
// time of the last draw. The SDK may repeat the call: then a number is left out.
func (t *Table) Increment(ctx context.Context, k table.Key, now time.Time) (int64, time.Time, error) {
	if err := ctx.Err(); err != nil {
		return 0, time.Time{}, err
	}
	if err := k.Validate(); err != nil {
		return 0, time.Time{}, err
	}
	var try attempts
	out, err := t.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName:                &t.name,
		Key:                      keyAttributes(k),
		UpdateExpression:         aws.String("ADD v :one SET #at = :at"),
		ExpressionAttributeNames: map[string]string{"#at": table.AttrAt}, // AT is a reserved word
		ExpressionAttributeValues: attributes{
			":one": number(1),
			":at":  number(now.UnixMilli()),
		},
		ReturnValues: types.ReturnValueUpdatedOld,
	}, try.repeating)
	if err != nil {
		return 0, time.Time{}, try.writeError("increment", err)
	}
	old, err := numberOf(out.Attributes, table.AttrVersion)
	if err != nil {
		return 0, time.Time{}, err
	}
	if _, drawn := out.Attributes[table.AttrAt]; !drawn {
		return old + 1, time.Time{}, nil
	}
	at, err := numberOf(out.Attributes, table.AttrAt)
	return old + 1, time.UnixMilli(at).UTC(), err
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(n, 10)}
}

func keyAttributes(k table.Key) attributes {
	return attributes{table.AttrPartition: text(k.Partition), table.AttrSort: text(k.Sort)}
}

// itemOf reads an item as itemAttributes lays it out.
func itemOf(a attributes) (table.Item, error) {
	var it table.Item
	var err error
	if it.Key.Partition, err = textOf(a, table.AttrPartition); err != nil {
		return table.Item{}, err
	}
	if it.Key.Sort, err = textOf(a, table.AttrSort); err != nil {
		return table.Item{}, err
	}
	if it.Version, err = numberOf(a, table.AttrVersion); err != nil {
		return table.Item{}, err
	}
	switch b := a[table.AttrBody].(type) {
	case nil:
	case *types.AttributeValueMemberS:
		it.Body = []byte(b.Value)
	case *types.AttributeValueMemberB:
		it.Body = b.Value
	default:
		return table.Item{}, fmt.Errorf("cloud: a body is a %T", b) // without the key: it may be somebody's phone number
	}
	exp, err := numberOf(a, table.AttrExpires)
	if err != nil {
		return table.Item{}, err
	}
	if exp != 0 {
		it.Expires = time.Unix(exp, 0).UTC()
	}
	return it, nil
}

func textOf(a attributes, name string) (string, error) {
	s, ok := a[name].(*types.AttributeValueMemberS)
	if !ok {
		return "", fmt.Errorf("cloud: attribute %s is a %T, not a string", name, a[name])
	}
	return s.Value, nil
}

// numberOf reads a number; an attribute that is not there is 0.
func numberOf(a attributes, name string) (int64, error) {
	switch v := a[name].(type) {
	case nil:
		return 0, nil
	case *types.AttributeValueMemberN:
		n, err := strconv.ParseInt(v.Value, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("cloud: attribute %s: %w", name, err)
		}
		return n, nil
	default:
		return 0, fmt.Errorf("cloud: attribute %s is a %T, not a number", name, v)
	}
}
