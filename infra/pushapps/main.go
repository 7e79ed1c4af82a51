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
	"github.com/connectnow/backend/internal/logs"
)

func main() {
	slog.SetDefault(logs.JSON(os.Stderr, slog.LevelInfo))
	ctx := context.Background()
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		slog.ErrorContext(ctx, "function not started: no AWS configuration", "error", err)
		os.Exit(1)
	}
	r := &pushapp.Resource{SNS: sns.NewFromConfig(c), Secrets: secretsmanager.NewFromConfig(c)}
	lambda.Start(r.Lambda())
}
