package gateway

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// EdgeKeyHeader and ViewerHeader are what CloudFront adds to a request of a stage that has it in
// front: the key of EDGE_KEY, and the caller's address with its port. API Gateway writes names of
// headers in lower case.
const (
	EdgeKeyHeader = "x-edge-key"
	ViewerHeader  = "cloudfront-viewer-address"
)

// edgeKey is what requests that came through CloudFront have in EdgeKeyHeader: EDGE_KEY of the
// environment, which is empty in a stage without it.
func edgeKey() string { return os.Getenv("EDGE_KEY") }

// notThroughEdge is the answer to who asks for the API past CloudFront, where no rule counts.
const notThroughEdge = `{"type":"/problems/forbidden","title":"Not allowed","status":403,"detail":"This address answers nobody. Ask at the address that the pages have."}`

// throughEdge reports whether a request came through CloudFront, as its key proves. The key goes
// no further, and the caller's address is the one that CloudFront tells, since otherwise it would
// be CloudFront's own. Without CloudFront in front every request is as it is.
func throughEdge(event *events.APIGatewayV2HTTPRequest, key string) bool {
	if key == "" {
		return true
	}
	got, want := sha256.Sum256([]byte(event.Headers[EdgeKeyHeader])), sha256.Sum256([]byte(key))
	if subtle.ConstantTimeCompare(got[:], want[:]) == 0 {
		return false
	}
	delete(event.Headers, EdgeKeyHeader)
	// 198.51.100.10:46532, and IPv6 without brackets: 2001:db8::7:46532
	// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html).
	viewer := event.Headers[ViewerHeader]
	if port := strings.LastIndexByte(viewer, ':'); port > 0 {
		event.RequestContext.HTTP.SourceIP = strings.Trim(viewer[:port], "[]")
	}
	return true
}

// refusedPastEdge is notThroughEdge as an answer.
func refusedPastEdge() events.APIGatewayV2HTTPResponse {
	return events.APIGatewayV2HTTPResponse{
		StatusCode: http.StatusForbidden, Body: notThroughEdge,
		Headers: map[string]string{"Content-Type": "application/problem+json", "Cache-Control": "no-store"},
	}
}
