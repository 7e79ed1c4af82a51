#!/usr/bin/env bash
# A server of the Model Context Protocol in Go gives one of its tools an output schema with
# the pattern ^A\-\d+$ (an order's number, its hyphen escaped, as many are written). Go's SDK
# takes the pattern, and holds answers to it. Its counterpart in TypeScript reads it as a
# regular expression with the flag u, in which that escape is an error. There the older
# package (sdk, 1.x) lists no tool of that server at all: listTools throws a SyntaxError which
# names no tool. Not having listed them it calls every one, and does not look at the pattern.
# The newer package (client, 2.x) lists them all, and will not call that one.
#
# Seen with github.com/modelcontextprotocol/go-sdk v1.8.0, npm @modelcontextprotocol/sdk 1.32.2
# and @modelcontextprotocol/client 2.4.0. Fails when that changes. Needs Go, Node.js with npm,
# and their registries.
set -euo pipefail
work=$(mktemp -d)
server=
trap 'kill $server 2>/dev/null; rm -rf "$work"' EXIT
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
	"net"
	"net/http"
	"os"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

type order struct {
	ID string `json:"id"`
}

func main() {
	s := mcp.NewServer(&mcp.Implementation{Name: "shop", Version: "1"}, nil)
	for _, tool := range []struct{ name, pattern, answer string }{
		{"plain", `^A-\d+$`, "A-1"}, {"escaped", `^A\-\d+$`, "A-1"}, {"wrong", `^A\-\d+$`, "B-1"},
	} {
		schema := &jsonschema.Schema{Type: "object", Properties: map[string]*jsonschema.Schema{"id": {Type: "string", Pattern: tool.pattern}}}
		mcp.AddTool(s, &mcp.Tool{Name: tool.name, OutputSchema: schema}, func(context.Context, *mcp.CallToolRequest, struct{}) (*mcp.CallToolResult, order, error) {
			return nil, order{tool.answer}, nil
		})
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(l.Addr())
	os.Stdout.Close()
	panic(http.Serve(l, mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return s }, &mcp.StreamableHTTPOptions{Stateless: true, JSONResponse: true})))
}
EOF
cat >main.mjs <<'EOF'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { Client as Older } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
const url = new URL(`http://${process.argv[2]}/`)
for (const [name, C, T] of [['sdk', Older, OlderTransport], ['client', Client, StreamableHTTPClientTransport]]) {
  const c = new C({ name: 'finding', version: '1' })
  await c.connect(new T(url))
  await c.listTools().then(
    ({ tools }) => console.log(name, 'lists', tools.map((t) => t.name).sort().join(' ')),
    (e) => console.log(name, 'lists nothing:', e.name, e.message))
  for (const tool of ['plain', 'escaped', 'wrong']) {
    await c.callTool({ name: tool, arguments: {} }).then(
      (r) => console.log(name, 'calls', tool, JSON.stringify(r.structuredContent)),
      (e) => console.log(name, 'calls', tool, 'in vain:', e.message))
  }
  await c.close()
}
EOF
{
	go mod tidy && go build -o server . && npm init -y && npm install --no-audit --no-fund @modelcontextprotocol/sdk@1.32.2 @modelcontextprotocol/client@2.4.0
} >log 2>&1 || { cat log >&2; exit 1; }
exec 3< <(exec ./server 2>>log)
server=$!
read -r address <&3
node main.mjs "$address" | tee seen
diff seen - <<'EOF' && echo 'as found'
sdk lists nothing: SyntaxError Invalid regular expression: /^A\-\d+$/u: Invalid escape
sdk calls plain {"id":"A-1"}
sdk calls escaped {"id":"A-1"}
sdk calls wrong in vain: MCP error 0: validating tool output: validating root: validating /properties/id: pattern: "B-1" does not match regular expression "^A\\-\\d+$"
client lists escaped plain wrong
client calls plain {"id":"A-1"}
client calls escaped in vain: Tool 'escaped' has an invalid outputSchema: Invalid regular expression: /^A\-\d+$/u: Invalid escape
client calls wrong in vain: Tool 'wrong' has an invalid outputSchema: Invalid regular expression: /^A\-\d+$/u: Invalid escape
EOF
