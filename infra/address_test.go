package main

import "testing"

// withAddress is context by which the API answers at an address of its own.
var withAddress = map[string]any{
	"domain": "agents.example.com", "certificateArn": "arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0123456789ab",
	"hostedZoneId": "Z0123456789ABCDEFGHIJ",
}

// apiURL is the output of that name.
func (r resolver) apiURL() string {
	r.t.Helper()
	return r.text(r.app, at(r.app["Outputs"], "ApiUrl", "Value"))
}

// With a domain the API answers there, at every path, and at the address that API Gateway
// gave it only where somebody still asks for that. Its zone leads there, or an output says
// where DNS elsewhere has to.
func TestAddress(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  map[string]any
		closed  any
		records int
	}{
		{"in Route 53", nil, true, 2},
		{"with DNS elsewhere", map[string]any{"hostedZoneId": ""}, true, 0},
		{"beside the old address", map[string]any{"keepOldUrl": "true"}, false, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			context := withAddress
			for name, value := range c.change {
				context = mapsWith(context, name, value)
			}
			r := resolver{t, synth(t, context)}
			for _, p := range of(r.data, "AWS::ApiGatewayV2::DomainName") {
				configured := p["DomainNameConfigurations"].([]any)[0]
				if at(configured, "CertificateArn") != withAddress["certificateArn"] || at(configured, "SecurityPolicy") != "TLS_1_2" || p["DomainName"] != "agents.example.com" {
					t.Errorf("the domain: %v", p)
				}
			}
			mappings := of(r.app, "AWS::ApiGatewayV2::ApiMapping")
			for _, p := range mappings {
				if r.text(r.app, p["DomainName"]) != "agents.example.com" || r.text(r.app, p["Stage"]) != "$default" || r.text(r.app, p["ApiId"]) != "Api" || p["ApiMappingKey"] != nil {
					t.Errorf("mapped: %v", p)
				}
			}
			if n := len(of(r.data, "AWS::ApiGatewayV2::DomainName")); n != 1 || len(mappings) != 1 {
				t.Errorf("%d domains, %d mappings", n, len(mappings))
			}
			if got, page := r.apiURL(), r.text(r.app, at(r.app["Outputs"], "PagesUrl", "Value")); got != "https://agents.example.com" || page != got+"/" {
				t.Errorf("ApiUrl is %s, PagesUrl %s", got, page)
			}
			for name, p := range of(r.app, "AWS::Lambda::Function") {
				if got := at(p, "Environment", "Variables", "WEB_PUSH_ORIGIN"); got != "https://agents.example.com" {
					t.Errorf("browsers ring by %s for pages at %v", name, got)
				}
			}
			if got := of(r.app, "AWS::ApiGatewayV2::Api")["Api"]["DisableExecuteApiEndpoint"]; got != c.closed {
				t.Errorf("the old address is closed: %v, want %v", got, c.closed)
			}
			r.records(c.records, "d-1.execute-api.eu-central-1.amazonaws.com", "Z1")
		})
	}
	plain := resolver{t, synth(t, nil)}
	for name, p := range of(plain.app, "AWS::Lambda::Function") {
		if got := at(p, "Environment", "Variables", "WEB_PUSH_ORIGIN"); got != nil {
			t.Errorf("%s has browsers ring for pages at %v, which are elsewhere tomorrow", name, got)
		}
	}
	if got := plain.apiURL(); got != "https://api.execute-api.eu-central-1.amazonaws.com" || of(plain.app, "AWS::ApiGatewayV2::Api")["Api"]["DisableExecuteApiEndpoint"] != nil {
		t.Errorf("without a domain ApiUrl is %s", got)
	}
}

// records checks that so many lead from the domain to where they should, or else that the output says where to.
func (r resolver) records(want int, leadTo, zone string) {
	r.t.Helper()
	kinds := map[any]bool{}
	for id, p := range of(r.data, "AWS::Route53::RecordSet") {
		kinds[p["Type"]] = true
		if p["Name"] != "agents.example.com" || p["HostedZoneId"] != withAddress["hostedZoneId"] ||
			r.text(r.data, at(p, "AliasTarget", "DNSName")) != leadTo || r.text(r.data, at(p, "AliasTarget", "HostedZoneId")) != zone {
			r.t.Errorf("%s: %v", id, p)
		}
	}
	target := at(r.data["Outputs"], "DomainTarget", "Value")
	if len(kinds) != want || (want == 0) != (target != nil) {
		r.t.Errorf("records %v, and the output %v", kinds, target)
	}
}
