package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/packed"
	"github.com/connectnow/backend/internal/table"
)

// An escalation's item is rewritten with each step, and one that is transferred all day
// would outgrow it. So long notes lie in items of their own, and older events in packed
// ones.
const (
	longestNote   = 100     // bytes of a note that stands in its event
	mostHistory   = 2 << 10 // bytes of events before older ones move out
	recentHistory = 8       // the newest events, which stay
	notesInView   = 200     // notes that are shown, the newest: 800 KB
	notesInList   = 10
)

// note is the note of an event as stored.
type note struct {
	Text string `json:"n"`
}

// stowed gives the escalation as it is stored, and the puts of what moves out. known is how
// many events were there before.
func (e *escalation) stowed(id string, known int) (*escalation, []table.Op) {
	s := e.clone()
	var ops []table.Op
	for i := known; i < len(s.History); i++ {
		if h := &s.History[i]; len(h.Note) > longestNote {
			s.Notes++
			ops = append(ops, put(keys.Note(id, s.Notes), note{h.Note}, table.Condition{}))
			h.Note, h.Ref = "", s.Notes
		}
	}
	old := len(s.History) - recentHistory
	if old <= 0 || packed.Size(s.History) <= mostHistory {
		return s, ops
	}
	s.Past++
	for _, h := range s.History[:old] {
		if h.What == didOffer {
			s.PastOffers++
		}
		s.PastAccept = s.PastAccept || h.What == didAccept
	}
	ops = append(ops, table.Put(table.Item{Key: keys.History(id, s.Past), Body: packed.Encode(s.History[:old])}, table.Condition{}))
	s.History = s.History[old:]
	return s, ops
}

// readPast reads the events that have moved out.
func (d *Desk) readPast(ctx context.Context, id string, e *escalation) error {
	if e.Past == 0 || e.past != nil {
		return nil
	}
	items, err := d.Table.Query(ctx, table.Range{Partition: id, Prefix: keys.PrefixHistory})
	if err != nil {
		return fmt.Errorf("reading the history of %s: %w", id, err)
	}
	for _, it := range items {
		var list []event
		if err := packed.Decode(it.Body, &list); err != nil {
			return fmt.Errorf("decoding %s: %w", keys.Named(it.Key), err)
		}
		e.past = append(e.past, list...)
	}
	return nil
}

// history is the whole history as members see it. Of very many long notes the newest are
// shown.
func (d *Desk) history(ctx context.Context, id string, e *escalation, notes int) ([]Event, error) {
	texts := map[int]string{}
	err := together(
		func() error { return d.readPast(ctx, id, e) },
		func() error {
			if e.Notes == 0 {
				return nil
			}
			items, err := d.Table.Query(ctx, table.Range{Partition: id, Prefix: keys.PrefixNote, Newest: true, Limit: notes})
			for _, it := range items {
				n, bad := decode[note](it)
				if bad != nil {
					return bad
				}
				texts[keys.NoteNumber(it.Key)] = n.value.Text
			}
			return err
		},
	)
	list := make([]Event, 0, len(e.past)+len(e.History))
	for _, h := range slices.Concat(e.past, e.History) {
		if h.Ref > 0 {
			h.Note = texts[h.Ref]
		}
		list = append(list, Event{At: instant(h.At), What: h.What, MemberID: h.Member, Note: h.Note})
	}
	return list, err
}

// encodeEscalation gives the stored form, which also tells an own Write of unknown outcome.
func encodeEscalation(e *escalation) []byte {
	body, err := json.Marshal(e)
	if err != nil {
		panic("desk: encoding an escalation: " + err.Error()) // its fields all marshal
	}
	return body
}
