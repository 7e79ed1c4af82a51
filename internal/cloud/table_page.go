package cloud

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/connectnow/backend/internal/table"
)

// page is one answer to a Query, read in the form in which DynamoDB writes the items of this table:
// without spaces, with no attribute that itemAttributes does not make. A claim reads the rows of the
// whole account, and the SDK, which makes a map of each, takes most of the processor time of it.
//
// What is not in that form is left to the SDK, so an answer means the same by either: errors, unknown
// fields and damage are what the SDK says of them. So are gzip and the checksum, which lie below.
type page struct {
	partition string // of the Query, as most items have it
	read      bool   // else the SDK's output has the answer
	items     []table.Item
	last      attributes // the key after which the next page begins; nil of the last page
}

// reading has the call's answer read into the page.
func (p *page) reading(o *dynamodb.Options) { o.Protocol = pageProtocol{o.Protocol, p} }

// pageProtocol is the SDK's protocol with a quicker way to read an answer to a Query.
type pageProtocol struct {
	smithyhttp.ClientProtocol
	page *page
}

// pageBuffers hold answers while they are read. One has up to some megabytes: DynamoDB's page is 1 MB
// of keys and values.
var pageBuffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// DeserializeResponse implements smithyhttp.ClientProtocol. It may be called for several attempts.
func (p pageProtocol) DeserializeResponse(ctx context.Context, schema *smithy.OperationSchema, types *smithy.TypeRegistry, resp *smithyhttp.Response, out smithy.Deserializable) error {
	p.page.read = false
	if resp.StatusCode != http.StatusOK {
		return p.ClientProtocol.DeserializeResponse(ctx, schema, types, resp, out)
	}
	b := pageBuffers.Get().(*bytes.Buffer)
	defer pageBuffers.Put(b)
	b.Reset()
	if n := resp.ContentLength; n > 0 {
		b.Grow(int(min(n, 4<<20)) + bytes.MinRead)
	}
	if _, err := b.ReadFrom(resp.Body); err != nil {
		return &smithy.DeserializationError{Err: err} // as the SDK has it
	}
	if p.page.parse(b.Bytes()) {
		return nil
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{bytes.NewReader(b.Bytes()), resp.Body}
	return p.ClientProtocol.DeserializeResponse(ctx, schema, types, resp, out)
}

// parse reads an answer, of which it keeps nothing, and says whether it could.
func (p *page) parse(b []byte) bool {
	*p = page{partition: p.partition}
	a := answer{rest: b, room: make([]byte, 0, len(b))}
	var seen [4]bool
	a.want("{")
	for more := true; more && !a.failed; more = a.skip(",") {
		switch {
		case a.skip(`"Count":`):
			a.once(&seen[0])
			p.items = slices.Grow(p.items, min(a.count(), len(b)/leastItem))
		case a.skip(`"ScannedCount":`):
			a.once(&seen[1])
			a.count()
		case a.skip(`"Items":[`):
			a.once(&seen[2])
			for more := !a.skip("]"); more && !a.failed; more = !a.skip("]") {
				if len(p.items) > 0 {
					a.want(",")
				}
				it, _ := a.item(p.partition)
				p.items = append(p.items, it)
			}
		case a.skip(`"LastEvaluatedKey":`):
			a.once(&seen[3])
			it, more := a.item(p.partition)
			a.failed = a.failed || more
			p.last = keyAttributes(it.Key)
		default:
			return false
		}
	}
	a.want("}")
	p.read = !a.failed && len(a.rest) == 0
	return p.read
}

// leastItem is the size of the shortest item: {"pk":{"S":""},"sk":{"S":""}}.
const leastItem = 29

// answer is JSON of DynamoDB's that is being read. Once something was not as wanted it stays failed.
type answer struct {
	rest   []byte
	failed bool
	// room is where texts come to lie without their escapes. It is as large as the answer: none gets longer by that.
	room []byte
}

// skip takes what is next off the answer if it is that, and says so.
func (a *answer) skip(what string) bool {
	if a.failed || len(a.rest) < len(what) || string(a.rest[:len(what)]) != what {
		return false
	}
	a.rest = a.rest[len(what):]
	return true
}

// want is skip of what must be there.
func (a *answer) want(what string) {
	if !a.skip(what) {
		a.failed = true
	}
}

// once fails at what was seen before: of what is there twice the last counts, for the SDK.
func (a *answer) once(seen *bool) {
	a.failed = a.failed || *seen
	*seen = true
}

// item reads an item, and says whether it has more than its key.
func (a *answer) item(partition string) (it table.Item, more bool) {
	var pk, sk, version, body, expires, at bool
	a.want("{")
	for next := true; next && !a.failed; next = a.skip(",") {
		switch {
		case a.skip(`"pk":{"S":"`):
			a.once(&pk)
			it.Key.Partition = a.word(partition)
		case a.skip(`"sk":{"S":"`):
			a.once(&sk)
			it.Key.Sort = a.word("")
		case a.skip(`"v":{"N":"`):
			a.once(&version)
			it.Version = a.quoted()
		case a.skip(`"b":{"S":"`):
			a.once(&body)
			it.Body = a.text()
		case a.skip(`"b":{"B":"`):
			a.once(&body)
			it.Body = a.binary()
		case a.skip(`"exp":{"N":"`):
			a.once(&expires)
			if n := a.quoted(); n != 0 {
				it.Expires = time.Unix(n, 0).UTC()
			}
		case a.skip(`"at":{"N":"`):
			a.once(&at)
			a.quoted()
		default:
			a.failed = true
		}
		a.want("}")
	}
	a.want("}")
	a.failed = a.failed || !pk || !sk
	return it, version || body || expires || at
}

// number reads an integer of up to 18 digits, which always fit. JSON has no leading zeros.
func (a *answer) number() int64 {
	minus := a.skip("-")
	n, i := int64(0), 0
	for ; i < len(a.rest) && '0' <= a.rest[i] && a.rest[i] <= '9'; i++ {
		n = n*10 + int64(a.rest[i]-'0')
	}
	if i == 0 || i > 18 || i > 1 && a.rest[0] == '0' {
		a.failed = true
		return 0
	}
	a.rest = a.rest[i:]
	if minus {
		return -n
	}
	return n
}

// count reads a number of items.
func (a *answer) count() int {
	n := a.number()
	a.failed = a.failed || n < 0 || n > math.MaxInt32
	return max(0, int(n))
}

// quoted reads a number as an attribute has it, up to the quote after it.
func (a *answer) quoted() int64 {
	n := a.number()
	a.want(`"`)
	return n
}

// binary reads what is in Base64, up to the quote after it.
func (a *answer) binary() []byte {
	end := bytes.IndexByte(a.rest, '"')
	if end < 0 || bytes.ContainsAny(a.rest[:end], "\\\r\n") { // decoding passes over ends of lines
		a.failed = true
		return nil
	}
	from := len(a.room)
	n, err := base64.StdEncoding.Strict().Decode(a.room[from:cap(a.room)], a.rest[:end])
	if err != nil {
		a.failed = true
		return nil
	}
	a.room, a.rest = a.room[:from+n], a.rest[end+1:]
	return a.room[from : from+n : from+n]
}

// word is text as a string: likely where it is that, which saves the copy.
func (a *answer) word(likely string) string {
	from := len(a.room)
	b := a.text()
	a.room = a.room[:from]
	if string(b) == likely {
		return likely
	}
	return string(b)
}

// text reads a string, up to the quote after it, into the room. It fails at what JSON does not
// allow in a string, and at what the SDK replaces there.
func (a *answer) text() []byte {
	from, n, escapes := len(a.room), 0, false
	to, rest := a.room[from:cap(a.room)], a.rest
	for i := 0; i < len(rest); i++ {
		c := rest[i]
		if c == '"' {
			a.rest, a.room = rest[i+1:], a.room[:from+n]
			a.failed = a.failed || escapes && !utf8.Valid(to[:n])
			return to[:n:n]
		}
		if c < ' ' {
			break
		}
		if c == '\\' {
			escapes = true
			r, took := unescape(rest[i+1:])
			if took == 0 {
				break
			}
			i += took
			if r >= utf8.RuneSelf {
				n += utf8.EncodeRune(to[n:], r)
				continue
			}
			c = byte(r)
		}
		to[n] = c
		n++
	}
	a.failed = true
	return nil
}

// unescape reads what follows a backslash, and how much of it there is; 0 where it is no character.
func unescape(b []byte) (r rune, took int) {
	if len(b) == 0 {
		return 0, 0
	}
	switch b[0] {
	case '"', '\\', '/':
		return rune(b[0]), 1
	case 'b':
		return '\b', 1
	case 'f':
		return '\f', 1
	case 'n':
		return '\n', 1
	case 'r':
		return '\r', 1
	case 't':
		return '\t', 1
	case 'u':
		r = half(b[1:])
		if r >= 0 && !utf16.IsSurrogate(r) {
			return r, 5
		}
		if len(b) < 7 || b[5] != '\\' || b[6] != 'u' { // DynamoDB writes emoji by two of these
			return 0, 0
		}
		if r = utf16.DecodeRune(r, half(b[7:])); r != utf8.RuneError {
			return r, 11
		}
	}
	return 0, 0
}

// half reads the four digits of a \u; -1 where they are none.
func half(b []byte) rune {
	if len(b) < 4 {
		return -1
	}
	n, err := strconv.ParseUint(string(b[:4]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}
