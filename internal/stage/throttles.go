package stage

// Throttle is how many requests a second a route takes in the long run, and how many at once: a
// bucket of so many tokens, which fills by so many a second
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html).
type Throttle struct{ Rate, Burst float64 }

// Throttles are those of all routes that anybody may ask for without a token, by API Gateway's
// keys. What people do at the same moment is taken by the bursts: a team that begins at nine, a
// browser that comes for the first time and asks for one document and a handful of files, all
// phones of a team that ring. $default is the document's route, which takes all that is no route,
// and preflights.
//
// What a stranger can make a month cost follows from the rates alone, and what a stranger can keep
// others from does, too: whoever asks for as much as a route takes leaves nothing of it. As a rule
// rates are high. A stage that is thrifty has low ones, by which no month of strangers costs more
// than 600 dollars; then few requests keep others out.
func Throttles(thrifty bool) map[string]Throttle {
	all := map[string]Throttle{
		"POST /v1/login":            {20, 100},
		"POST /v1/refresh":          {100, 500}, // by each phone and page once an hour, and by all when they come back
		"POST /v1/logout":           {20, 100},
		"POST /v1/password/forgot":  {2, 20},
		"POST /v1/password/reset":   {2, 20},
		"GET /v1/time-zones":        {2, 100},
		"GET /v1/openapi.yaml":      {2, 20}, // by far the longest answers
		"GET /v1/openapi.json":      {2, 20},
		"POST /v1/seen":             {100, 500}, // by each phone that rings
		"ANY /mcp":                  {200, 400},
		"$default":                  {20, 200},
		"GET /assets/{file}":        {200, 1000},
		"GET /manifest.webmanifest": {20, 200},
		"GET /sw.js":                {20, 200},
	}
	if thrifty {
		for route, rate := range map[string]float64{
			"POST /v1/login": 4, "POST /v1/refresh": 12, "POST /v1/logout": 4, "GET /v1/openapi.yaml": 0.1, "GET /v1/openapi.json": 0.1,
			"POST /v1/seen": 12, "ANY /mcp": 16, "$default": 8, "GET /assets/{file}": 1, "GET /manifest.webmanifest": 2, "GET /sw.js": 2,
		} {
			all[route] = Throttle{rate, all[route].Burst}
		}
	}
	return all
}
