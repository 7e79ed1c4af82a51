package cloud

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/connectnow/backend/internal/table"
)

// Write implements table.Table. One operation is sent as such, since a transaction
// costs twice as much; several are a transaction.
func (t *Table) Write(ctx context.Context, ops ...table.Op) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := table.Validate(ops); err != nil {
		return err
	}
	switch {
	case len(ops) == 0:
		return nil
	case len(ops) > 1:
		return t.transact(ctx, ops)
	}
	switch ops[0].Kind {
	case table.OpPut:
		return t.put(ctx, ops[0])
	case table.OpDelete:
		return t.delete(ctx, ops[0])
	default:
		return t.check(ctx, ops[0])
	}
}

func (t *Table) put(ctx context.Context, op table.Op) error {
	expression, values := condition(op.If, t.now())
	var try attempts
	_, err := t.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName:                 &t.name,
		Item:                      itemAttributes(op),
		ConditionExpression:       expression,
		ExpressionAttributeValues: values,
	}, try.retryer(expression))
	return try.writeError("put", err)
}

func (t *Table) delete(ctx context.Context, op table.Op) error {
	expression, values := condition(op.If, t.now())
	var try attempts
	_, err := t.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName:                 &t.name,
		Key:                       keyAttributes(op.Item.Key),
		ConditionExpression:       expression,
		ExpressionAttributeValues: values,
	}, try.retryer(expression))
	return try.writeError("delete", err)
}

// check looks for itself: DynamoDB knows conditions without a write in transactions
// only.
func (t *Table) check(ctx context.Context, op table.Op) error {
	it, found, err := t.Get(ctx, op.Item.Key)
	if err != nil {
		return err
	}
	if !op.If.Holds(found, it.Version) {
		return &table.ConditionError{Failed: []int{0}}
	}
	return nil
}

// transact does several operations as a transaction. The SDK gives it a
// ClientRequestToken, the same for all its attempts, so that repeating it is safe.
func (t *Table) transact(ctx context.Context, ops []table.Op) error {
	now := t.now()
	in := &dynamodb.TransactWriteItemsInput{TransactItems: make([]types.TransactWriteItem, len(ops))}
	for i, op := range ops {
		expression, values := condition(op.If, now)
		item := &in.TransactItems[i]
		switch op.Kind {
		case table.OpPut:
			item.Put = &types.Put{
				TableName:                 &t.name,
				Item:                      itemAttributes(op),
				ConditionExpression:       expression,
				ExpressionAttributeValues: values,
			}
		case table.OpDelete:
			item.Delete = &types.Delete{
				TableName:                 &t.name,
				Key:                       keyAttributes(op.Item.Key),
				ConditionExpression:       expression,
				ExpressionAttributeValues: values,
			}
		default:
			if expression == nil { // a check must check something
				expression = aws.String("attribute_exists(pk) OR attribute_not_exists(pk)")
			}
			item.ConditionCheck = &types.ConditionCheck{
				TableName:                 &t.name,
				Key:                       keyAttributes(op.Item.Key),
				ConditionExpression:       expression,
				ExpressionAttributeValues: values,
			}
		}
	}
	var try attempts
	_, err := t.client.TransactWriteItems(ctx, in, try.repeating)
	return try.writeError("transact", err)
}

// condition puts a condition into DynamoDB's words; nil for none. Its TTL removes
// expired items within days, so until then they have to be told apart here.
func condition(c table.Condition, now time.Time) (expression *string, values attributes) {
	const alive = "(attribute_not_exists(exp) OR exp > :now)"
	kind, version := c.Kind()
	values = attributes{":now": number(now.Unix())}
	switch kind {
	case table.KindAbsent:
		return aws.String("attribute_not_exists(pk) OR exp <= :now"), values
	case table.KindExists:
		return aws.String("attribute_exists(pk) AND " + alive), values
	case table.KindAtVersion:
		values[":v"] = number(version)
		return aws.String("v = :v AND " + alive), values
	default:
		return nil, nil
	}
}

// itemAttributes lays out the item that op puts. A body that is text is kept as text,
// so that it can be read in the console.
func itemAttributes(op table.Op) attributes {
	it := op.Item
	a := keyAttributes(it.Key)
	a[table.AttrVersion] = number(op.If.NextVersion())
	switch {
	case len(it.Body) == 0:
	case utf8.Valid(it.Body):
		a[table.AttrBody] = text(string(it.Body))
	default:
		a[table.AttrBody] = &types.AttributeValueMemberB{Value: it.Body}
	}
	if exp := it.ExpiresUnix(); exp != 0 {
		a[table.AttrExpires] = number(exp)
	}
	return a
}
