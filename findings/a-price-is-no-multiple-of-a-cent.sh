#!/usr/bin/env bash
# A tool of a shop says in its schema that prices go in steps of a cent: {"type": "number",
# "multipleOf": 0.01}. What may be paid then depends on who looks. Go's SDK of the Model
# Context Protocol takes 1.10 and 129.90 and refuses 19.99, as does the client in TypeScript
# on Node.js, and the same client where it runs on Cloudflare's Workers takes all of them: it
# brings two validators along, and takes the one or the other by where it runs. A model that
# is told that 19.99 cannot be has no way to mend it.
#
# Seen with github.com/modelcontextprotocol/go-sdk v1.8.0 and npm @modelcontextprotocol/client
# 2.4.0. Fails when that changes. Needs Go, Node.js with npm, and their registries.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >go.mod <<'EOF'
module finding

go 1.26

require github.com/modelcontextprotocol/go-sdk v1.8.0
EOF
cat >main.go <<'EOF'
package main

import (
	"context"
	"fmt"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type order struct {
	Price float64 `json:"price"`
}

func main() {
	ctx := context.Background()
	server := mcp.NewServer(&mcp.Implementation{Name: "shop", Version: "1"}, nil)
	cent := 0.01
	steps := &jsonschema.Schema{Type: "object", Properties: map[string]*jsonschema.Schema{"price": {Type: "number", MultipleOf: &cent}}}
	mcp.AddTool(server, &mcp.Tool{Name: "pay", InputSchema: steps}, func(context.Context, *mcp.CallToolRequest, order) (*mcp.CallToolResult, any, error) {
		return nil, nil, nil
	})
	here, there := mcp.NewInMemoryTransports()
	if _, err := server.Connect(ctx, here, nil); err != nil {
		panic(err)
	}
	session, err := mcp.NewClient(&mcp.Implementation{Name: "finding", Version: "1"}, nil).Connect(ctx, there, nil)
	if err != nil {
		panic(err)
	}
	for _, price := range []float64{20, 1.10, 129.90, 19.99, 4.35, 0.07} {
		r, err := session.CallTool(ctx, &mcp.CallToolParams{Name: "pay", Arguments: order{price}})
		if err != nil {
			panic(err)
		}
		fmt.Printf("go %.2f taken: %v\n", price, !r.IsError)
	}
}
EOF
cat >main.mjs <<'EOF'
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/client/validators/ajv'
import { CfWorkerJsonSchemaValidator } from '@modelcontextprotocol/client/validators/cf-worker'
const steps = { type: 'object', properties: { price: { type: 'number', multipleOf: 0.01 } } }
for (const [where, validator] of [['node', new AjvJsonSchemaValidator()], ['workers', new CfWorkerJsonSchemaValidator()]]) {
  for (const price of [20, 1.1, 129.9, 19.99, 4.35, 0.07]) {
    console.log(where, price.toFixed(2), 'taken:', validator.getValidator(steps)({ price }).valid)
  }
}
EOF
{
	go mod tidy && npm init -y && npm install --no-audit --no-fund @modelcontextprotocol/client@2.4.0
} >log 2>&1 || { cat log >&2; exit 1; }
{ go run . && node main.mjs; } | tee seen
diff seen - <<'EOF' && echo 'as found'
go 20.00 taken: true
go 1.10 taken: true
go 129.90 taken: true
go 19.99 taken: false
go 4.35 taken: false
go 0.07 taken: false
node 20.00 taken: true
node 1.10 taken: true
node 129.90 taken: true
node 19.99 taken: false
node 4.35 taken: false
node 0.07 taken: false
workers 20.00 taken: true
workers 1.10 taken: true
workers 129.90 taken: true
workers 19.99 taken: true
workers 4.35 taken: true
workers 0.07 taken: true
EOF
