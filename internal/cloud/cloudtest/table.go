package cloudtest

import (
	"context"
	"fmt"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/table"
)

var tables atomic.Int64

// CreateTable makes an empty table of the product's form in DynamoDB Local and returns
// its name. It goes with the test.
func CreateTable(t testing.TB, client *dynamodb.Client) string {
	t.Helper()
	name := fmt.Sprintf("test-%d-%d", os.Getpid(), tables.Add(1))
	text := func(name string) types.AttributeDefinition {
		return types.AttributeDefinition{AttributeName: &name, AttributeType: types.ScalarAttributeTypeS}
	}
	_, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName:            &name,
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{text(table.AttrPartition), text(table.AttrSort)},
		KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String(table.AttrPartition), KeyType: types.KeyTypeHash},
			{AttributeName: aws.String(table.AttrSort), KeyType: types.KeyTypeRange},
		},
	})
	if err != nil {
		t.Fatalf("create table: %v", err)
	}
	t.Cleanup(func() {
		// t.Context has ended by now.
		_, err := client.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name})
		if err != nil {
			t.Errorf("delete table: %v", err)
		}
	})
	return name
}

// Table returns an empty table in DynamoDB Local, in which items expire by the clock
// now; nil for time.Now.
func Table(t testing.TB, now func() time.Time) table.Table {
	t.Helper()
	client := Start(t)
	return cloud.NewTable(client, CreateTable(t, client), now)
}
