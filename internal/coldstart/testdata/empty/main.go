// Command empty is a function that does nothing: what Lambda's library costs alone.
package main

import "github.com/aws/aws-lambda-go/lambda"

func main() { lambda.Start(func() {}) }
