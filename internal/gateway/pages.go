package gateway

import (
	"context"
	"net/http"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/pages"
)

// PagesFunction is the function of the pages and of API Gateway's $default.
const PagesFunction = "pages"

// NoDesk is the Opener of a function that asks nobody for anything.
func NoDesk(context.Context) (*desk.Desk, error) { return &desk.Desk{}, nil }

// Pages makes the handler of the function that serves the pages. What is no route of API Gateway's
// comes to it as well: what is no page then gets the API's own answer to what is nowhere. It does
// without its desk.
func Pages(d *desk.Desk) lambda.Handler {
	return Serve(pages.New(false).Handler(api.New(d, api.Options{}).Handler(nil)))
}

// Serve makes the handler of a function all of whose requests, whatever their route, are served by one.
func Serve(all http.Handler) lambda.Handler { return proxy{routes: all, noRoute: all, edge: edgeKey()} }
