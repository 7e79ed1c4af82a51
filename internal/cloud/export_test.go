package cloud

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/connectnow/backend/internal/table"
)

// Parses reports whether an answer to a Query is read without the SDK.
func Parses(body []byte) bool { return new(page).parse(body) }

// PageBySDK is Page with the answer read by the SDK.
func (t *Table) PageBySDK(ctx context.Context, in *dynamodb.QueryInput) (items []table.Item, last attributes, err error) {
	out, err := t.client.Query(ctx, in)
	if err != nil {
		return nil, nil, readError("query", err)
	}
	items, err = itemsOf(out.Items)
	return items, out.LastEvaluatedKey, err
}

// Page is one page of a Query.
func (t *Table) Page(ctx context.Context, in *dynamodb.QueryInput, partition string) (items []table.Item, last attributes, err error) {
	return t.page(ctx, in, partition)
}
