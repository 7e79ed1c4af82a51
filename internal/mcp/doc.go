// Package mcp is the door for assistants that speak the Model Context Protocol: POST /mcp, for
// whatever else is not on AWS.
//
// The protocol's own wire is github.com/modelcontextprotocol/go-sdk's, which serves both
// eras: 2026-07-28, in which each request stands alone, and those that begin with
// initialize. Nothing is kept between requests, and no stream is opened. What is ours is who
// may call, see guard.go, and what the tools are, see package assistant; each tool becomes a
// plain action, and goes through the same door as all others.
package mcp
