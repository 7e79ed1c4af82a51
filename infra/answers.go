package main

import (
	"fmt"
	"net/http"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
)

// Statuses that tell something when there are many of them. API Gateway counts all answers
// 4xx in one, most of which are everyday, and gives many of these without any function. So
// they are counted from its log.
const (
	unauthorized = http.StatusUnauthorized
	tooMany      = http.StatusTooManyRequests
)

// answers is the name of the metric that counts answers of a status.
func answers(status int) string { return fmt.Sprintf("Answers%d", status) }

// countAnswers makes metrics of the API's log. A dimension of such a metric is a field of the
// log, which is why the log says the stage.
func countAnswers(stack awscdk.Stack, log awslogs.ILogGroup) {
	for _, status := range []int{unauthorized, tooMany} {
		awslogs.NewCfnMetricFilter(stack, jsii.String(answers(status)), &awslogs.CfnMetricFilterProps{
			LogGroupName: log.LogGroupName(),
			// In the log all values are texts.
			FilterPattern: jsii.String(fmt.Sprintf(`{ $.status = "%d" }`, status)),
			MetricTransformations: &[]any{awslogs.CfnMetricFilter_MetricTransformationProperty{
				MetricNamespace: jsii.String(namespace), MetricName: jsii.String(answers(status)), MetricValue: jsii.String("1"), Unit: jsii.String("Count"),
				Dimensions: &[]any{awslogs.CfnMetricFilter_DimensionProperty{Key: jsii.String("Stage"), Value: jsii.String("$.stage")}},
			}},
		})
	}
}
