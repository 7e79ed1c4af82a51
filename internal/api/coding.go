package api

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/connectnow/backend/internal/desk"
)

// gzipCoding is the one way in which bodies are compressed: every client has it, and it is in
// the standard library. API Gateway compresses and unpacks for REST APIs alone, not for HTTP
// APIs, so it is done here
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html).
const gzipCoding = "gzip"

// packedBodies are the routes that take compressed bodies, by method and pattern: long
// conversations. All other bodies are short.
var packedBodies = map[string][]string{"POST /v1/escalations": {gzipCoding}}

// codings are the ways in which the body of a request may be compressed.
func (rt Route) codings() []string { return packedBodies[rt.Method+" "+rt.Pattern] }

// coding is how the body is compressed; empty when it is not. A way that is not taken is 415,
// which names those that are, as RFC 9110 (15.5.16) has it.
func (q *call) coding() (string, error) {
	header := q.request.Header.Values("Content-Encoding")
	coding := strings.ToLower(strings.TrimSpace(strings.Join(header, ",")))
	switch {
	case coding == "" || coding == "identity" || q.request.ContentLength == 0:
		return "", nil
	case coding == "x-gzip": // the same, by an older name
		coding = gzipCoding
	}
	if slices.Contains(q.codings, coding) {
		return coding, nil
	}
	taken := append(slices.Clone(q.codings), "identity")
	return "", &refusal{&desk.Problem{
		Name: "unsupported-encoding", Title: "Compressed in a way that is not taken",
		Detail: "The body's Content-Encoding is none that is taken here: " + strings.Join(taken, ", ") + " (as it is).",
		Extra:  map[string]any{"accepted": taken},
	}, http.StatusUnsupportedMediaType, [2]string{"Accept-Encoding", strings.Join(taken, ", ")}}
}

// unpack gives what was compressed, as far as the limit: a few bytes may unpack to any
// number of them.
func unpack(body []byte, limit int) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	var plain []byte
	if err == nil {
		plain, err = io.ReadAll(io.LimitReader(z, int64(limit)+1))
	}
	switch {
	case err != nil:
		return nil, notJSON("The body is not the gzip that Content-Encoding says it is.")
	case len(plain) > limit:
		return nil, tooLarge(fmt.Sprintf("The body unpacks to more than %d bytes", limit), limit, nil)
	}
	return plain, nil
}

// packFrom is the size from which on an answer is compressed for whoever asks: a shorter one
// fits into one packet anyhow.
const packFrom = 1 << 10

// packers are kept for the next answer: making one costs more than compressing a small list.
var packers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	if err != nil { // only a level that there is not
		panic(err)
	}
	return z
}}

// send sends a status and a body, compressed when it is long and the caller asks for it. A
// secret beside what a stranger chose could be guessed by the length of many answers
// (BREACH); here nobody but the holder of a token can ask for its answers.
func send(w http.ResponseWriter, r *http.Request, status int, body []byte) {
	vary(w.Header(), body)
	if packs(r, body) {
		w.Header().Set("Content-Encoding", gzipCoding)
		body = pack(body)
	}
	w.WriteHeader(status)
	// An error of Write means that the caller has gone.
	_, _ = w.Write(body)
}

// vary has caches keep the two forms of a long answer apart.
func vary(h http.Header, body []byte) {
	if len(body) > packFrom {
		h.Add("Vary", "Accept-Encoding")
	}
}

// packs reports whether an answer of this body is compressed.
func packs(r *http.Request, body []byte) bool {
	return len(body) > packFrom && takesGzip(r.Header)
}

func pack(body []byte) []byte {
	var b bytes.Buffer
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&b)
	_, _ = z.Write(body) // a Buffer takes all
	_ = z.Close()
	return b.Bytes()
}

// tagOf is an ETag as it is sent with a body. Two forms of the same must not share a strong
// tag (RFC 9110, 8.8.3), so that of a compressed answer is weak. If-None-Match and If-Match
// take it as well as the strong one.
func tagOf(r *http.Request, tag string, body []byte) string {
	if packs(r, body) {
		return "W/" + tag
	}
	return tag
}

// takesGzip reads Accept-Encoding (RFC 9110, 12.5.3): what is not named has the weight of *,
// and without a weight 1. An answer as it is must be named to be preferred.
func takesGzip(h http.Header) bool {
	weights := map[string]float64{}
	for named := range strings.SplitSeq(strings.ToLower(strings.Join(h.Values("Accept-Encoding"), ",")), ",") {
		coding, parameter, _ := strings.Cut(named, ";")
		coding, weight := strings.TrimPrefix(strings.TrimSpace(coding), "x-"), 1.0
		if q, is := strings.CutPrefix(strings.TrimSpace(parameter), "q="); is {
			var err error
			if weight, err = strconv.ParseFloat(strings.TrimSpace(q), 64); err != nil {
				weight = 0
			}
		}
		weights[coding] = weight
	}
	weight, named := weights[gzipCoding]
	if !named {
		weight = weights["*"]
	}
	return weight > 0 && weight >= weights["identity"]
}
