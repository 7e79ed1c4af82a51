// Command pushapps is the Lambda behind the custom resource for SNS platform
// applications; package pushapp says what it does.
package main

import (
	"context"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/connectnow/backend/infra/pushapps/pushapp"
)

func main() {
	c, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		slog.Error("the function cannot start", "error", err)
		os.Exit(1)
	}
	r := &pushapp.Resource{SNS: sns.NewFromConfig(c), Secrets: secretsmanager.NewFromConfig(c)}
	lambda.Start(r.Lambda())
}
