package main

import (
	"fmt"
	"net/http"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"
)

// answersRefused is the metric of answers that tell something when there are many of them.
// API Gateway counts all answers 4xx in one, most of which are everyday, and gives many of these
// without any function. So they are counted from its log, both kinds in one: each metric that an
// alarm looks at costs, and which of them it is the log says.
const answersRefused = "AnswersRefused"

// countAnswers makes metrics of the API's log. A dimension of such a metric is a field of the
// log, which is why the log says the stage.
func countAnswers(stack awscdk.Stack, log awslogs.ILogGroup) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusTooManyRequests} {
		awslogs.NewCfnMetricFilter(stack, jsii.String(fmt.Sprintf("Answers%d", status)), &awslogs.CfnMetricFilterProps{
			LogGroupName: log.LogGroupName(),
			// In the log all values are texts.
			FilterPattern: jsii.String(fmt.Sprintf(`{ $.status = "%d" }`, status)),
			MetricTransformations: &[]any{awslogs.CfnMetricFilter_MetricTransformationProperty{
				MetricNamespace: jsii.String(namespace), MetricName: jsii.String(answersRefused), MetricValue: jsii.String("1"), Unit: jsii.String("Count"),
				Dimensions: &[]any{awslogs.CfnMetricFilter_DimensionProperty{Key: jsii.String("Stage"), Value: jsii.String("$.stage")}},
			}},
		})
	}
}
