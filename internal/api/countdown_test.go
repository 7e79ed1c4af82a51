package api

import "testing"

// An app that polls while it rings is not sent the same list again because a second has
// passed, and is when anything else has changed.
func TestTagOfWhatRings(t *testing.T) {
	body := func(left, text string) []byte {
		return []byte(`{"items":[{"summary":"` + text + `","offer":{"number":1,"ringingSeconds":` + left + `}}]}`)
	}
	first := entityTag(nil, body("25", "shoes"))
	for _, c := range []struct {
		name string
		body []byte
		same bool
	}{
		{"a second later", body("24", "shoes"), true},
		{"over", body("0", "shoes"), true},
		{"another summary", body("25", "boots"), false},
		{"the words of a customer", body("25", `\"ringingSeconds\":24`), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if same := entityTag(nil, c.body) == first; same != c.same {
				t.Errorf("same tag %v, want %v", same, c.same)
			}
		})
	}
	if entityTag(nil, body("1", `\"ringingSeconds\":1`)) == entityTag(nil, body("1", `\"ringingSeconds\":2`)) {
		t.Error("what a customer wrote is left out of the tag")
	}
}

// What is told of a moment is the same a second later, while the times in it are as they were.
func TestTagOfAMoment(t *testing.T) {
	body := func(at, since string) []byte {
		return []byte(`{"at":"` + at + `","ringing":[{"createdAt":"` + since + `","history":[{"at":"` + since + `"}]}]}`)
	}
	const nine, ten = "2026-11-22T09:00:00Z", "2026-11-22T10:00:00Z"
	first := entityTag(nil, body(nine, nine))
	if entityTag(nil, body(ten, nine)) != first {
		t.Error("the moment of the answer is in the tag")
	}
	if entityTag(nil, body(nine, ten)) == first {
		t.Error("times of what happened are not in the tag")
	}
	if entityTag(nil, []byte(`{"id":"x","at":"`+nine+`"}`)) == entityTag(nil, []byte(`{"id":"x","at":"`+ten+`"}`)) {
		t.Error("the time of an entry is not in the tag")
	}
}
