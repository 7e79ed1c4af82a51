package steps

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-lambda-go/events"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/costs"
	"github.com/connectnow/backend/internal/gateway"
	"github.com/connectnow/backend/internal/mcp"
)

// strangers are what somebody without a token sends to have the most work done, by route: each
// from another network, so that none is turned away for what came before. %d is another number
// each time.
var strangers = map[string][]string{
	"POST /v1/login":           {`{"email": "asha1@example.com", "password": "Wrong-Password-1"}`, `{"email": "nobody%d@example.com", "password": "Wrong-Password-1"}`},
	"POST /v1/refresh":         {`{"refreshToken": "nobody"}`},
	"POST /v1/logout":          {`{"refreshToken": "nobody", "deviceId": "phone"}`},
	"POST /v1/password/forgot": {`{"email": "nobody%d@example.com"}`},
	"POST /v1/password/reset":  {`{"email": "nobody%d@example.com", "code": "123456", "password": "correct horse %[1]d staple", "confirmPassword": "correct horse %[1]d staple"}`},
	api.SeenRoute:              {`{"escalationId": "esc_aaaaaaaaaaaa", "offer": 1, "proof": "AAAAAAAAAAAAAAAAAAAAAA"}`},
	gateway.MCPRoute:           {`{"jsonrpc": "2.0", "id": %d, "method": "tools/list"}`},
}

// longAnswer is what long answers are rounded up to, in bytes, so that no word more in the contract
// changes what the guide says.
const longAnswer = 50_000

// Flood measures what one request of a stranger asks of AWS, at the most, by the key of its route.
func Flood(ctx context.Context, d costs.Deployment, prices costs.Prices) (map[string]costs.Stranger, error) {
	dir, err := os.MkdirTemp("", "connectnow-flood-")
	if err != nil {
		return nil, fmt.Errorf("measuring strangers: %w", err)
	}
	defer os.RemoveAll(dir)
	s, err := open(ctx, dir, 2)
	if s == nil {
		return nil, fmt.Errorf("measuring strangers: %w", err)
	}
	s.desk.Mail, s.handlers["timer"] = s.twins.Mails, s.handlers["mail"] // whose queue codes go by
	s.handlers[gateway.MCPFunction] = mcp.Function(s.desk)
	dearest := map[string]costs.Stranger{}
	for _, p := range d.Public {
		bodies := strangers[p.Route]
		if bodies == nil {
			bodies = []string{""}
		}
		most := 0.0
		for _, body := range bodies {
			ask := func() { s.stranger(p.Route, body); s.deliver(s.clock) }
			ask() // the first of a function reads the deployment's secret
			asked := *s.asked
			one := costs.Stranger{Usage: s.step(ask)}
			one.Waits = *s.asked > asked || one.Usage[costs.ReadUnits]+one.Usage[costs.WriteUnits] > 0
			if size, known := costs.PageBytes(p.Route); known {
				one.Usage[costs.InternetGB] = size / costs.GB
			}
			if size := one.Usage[costs.InternetGB] * costs.GB; size > longAnswer/5 {
				one.Usage[costs.InternetGB] = math.Ceil(size/longAnswer) * longAnswer / costs.GB
			}
			bill, err := prices.Bill(d.Stranger(one))
			s.must(err)
			if list, _ := costs.Total(bill); list > most {
				most, dearest[p.Route] = list, one
			}
		}
	}
	if err := errors.Join(s.wrong, s.twins.Close()); err != nil {
		return nil, fmt.Errorf("measuring strangers: %w", err)
	}
	return dearest, nil
}

// stranger makes a request of somebody without a token, who wants the answer as long as it is.
func (s *stage) stranger(route, body string) {
	if s.wrong != nil {
		return
	}
	method, path, _ := strings.Cut(route, " ")
	function := gateway.PagesFunction
	for _, rt := range api.Routes() {
		if rt.Method+" "+rt.Pattern == route {
			function = rt.Function
		}
	}
	switch {
	case route == gateway.MCPRoute:
		method, function = http.MethodPost, gateway.MCPFunction
	case function == gateway.PagesFunction: // whose files are not built everywhere
		method, path = http.MethodGet, "/"
	}
	s.strangers++
	if strings.Contains(body, "%") {
		body = fmt.Sprintf(body, s.strangers)
	}
	event := events.APIGatewayV2HTTPRequest{RouteKey: route, RawPath: path, Body: body, Headers: map[string]string{"authorization": fmt.Sprintf("Bearer cnk_aaaaaaaaaaaa_%032d", s.strangers)}}
	event.RequestContext.HTTP.Method, event.RequestContext.RequestID = method, "JKJaXmPLvHcESHA="
	event.RequestContext.HTTP.SourceIP = fmt.Sprintf("10.%d.%d.1", s.strangers/250, s.strangers%250)
	event.RequestContext.DomainName = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"
	s.aws.count(costs.Requests, 1)
	answer := s.invoke(function, event)
	if status, _ := answer["statusCode"].(float64); status >= http.StatusInternalServerError || status == http.StatusBadRequest {
		s.must(fmt.Errorf("a stranger's %s: %v", route, answer))
	}
	s.aws.count(costs.InternetGB, float64(len(text(answer, "body")))) // bytes: see step
}
