package desk

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// AuditChange is a field from what to what. A value is as the field has it in answers, cut
// where it is long text, and null where there was none. Entries of an older version have no
// values, and where only the new one was known there is no old one.
type AuditChange struct {
	Field string          `json:"field"`
	From  json.RawMessage `json:"from,omitempty"`
	To    json.RawMessage `json:"to,omitempty"`
	// FromNames and ToNames are the names of values that are ids, in their order.
	FromNames []*string `json:"fromNames,omitempty"`
	ToNames   []*string `json:"toNames,omitempty"`
}

// values are what a field was and what it became, as stored.
type values struct {
	From json.RawMessage `json:"a,omitempty"`
	To   json.RawMessage `json:"b,omitempty"`
}

// edit is a field with its values.
type edit struct {
	field string
	values
}

// nothing is the value of what is not there.
var nothing = json.RawMessage("null")

// edited is the edit of one field. Values that are nil are null.
func edited(field string, from, to any) edit {
	return edit{field, values{auditValue(from), auditValue(to)}}
}

// editsOf finds which of some fields differ between a thing as shown before and after. Of a
// change that shows nowhere it gives the fields without values.
func editsOf(before, after any, fields []string) []edit {
	from, to := shownFields(before), shownFields(after)
	var list []edit
	for _, field := range fields {
		if !bytes.Equal(from[field], to[field]) {
			list = append(list, edited(field, from[field], to[field]))
		}
	}
	if list == nil {
		for _, field := range fields {
			list = append(list, edit{field: field})
		}
	}
	return list
}

// shownFields are the fields of a view by their names.
func shownFields(v any) map[string]json.RawMessage {
	fields := map[string]json.RawMessage{}
	if body, err := json.Marshal(v); err == nil {
		_ = json.Unmarshal(body, &fields) // it was just made
	}
	return fields
}

// longestAudited is how many characters of a text the trail keeps.
const longestAudited = 200

// auditValue is a value as the trail keeps it: text is cut, all else is as it is.
func auditValue(v any) json.RawMessage {
	body, err := json.Marshal(v)
	if err != nil || len(body) == 0 {
		return nothing
	}
	var text string
	if json.Unmarshal(body, &text) != nil {
		return body
	}
	runes := []rune(text)
	if len(runes) <= longestAudited {
		return body
	}
	cut, err := json.Marshal(string(runes[:longestAudited]) + "…")
	if err != nil {
		return nothing
	}
	return cut
}

// namedID reports whether a text is an id whose name can be told.
func namedID(s string) bool { return strings.HasPrefix(s, "mem_") || strings.HasPrefix(s, "dep_") }

// namesOf makes room for the names of a value that is an id or a list of ids; nil for all
// else.
func namesOf(value json.RawMessage, blanks []blank) ([]*string, []blank) {
	var ids []string
	if json.Unmarshal(value, &ids) != nil {
		var id string
		if json.Unmarshal(value, &id) != nil {
			return nil, blanks
		}
		ids = []string{id}
	}
	if len(ids) == 0 || slices.ContainsFunc(ids, func(id string) bool { return !namedID(id) }) {
		return nil, blanks
	}
	names := make([]*string, len(ids))
	for i, id := range ids {
		blanks = append(blanks, blank{id, &names[i]})
	}
	return names, blanks
}
