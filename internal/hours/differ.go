package hours

import "time"

// Difference is a time in which two releases say different offsets of a zone.
type Difference struct {
	Zone     string
	From, To time.Time
	Was, Is  time.Duration // to add to UTC for the time on the wall
}

// Differences compares the zones that both releases know from one instant to another.
// They come by zone and then by time; those that go on when the comparison ends, end there.
func Differences(old, fresh *Database, from, to time.Time) ([]Difference, error) {
	var found []Difference
	for _, name := range old.Names() {
		was, err := old.zone(name)
		if err != nil {
			return nil, err
		}
		is, err := fresh.zone(name)
		if err != nil {
			continue // a name that went is no change of a clock
		}
		for at := from.Unix(); at < to.Unix(); {
			offset1, end1 := was.at(at)
			offset2, end2 := is.at(at)
			end := min(end1, end2, to.Unix())
			d := Difference{name, time.Unix(at, 0).UTC(), time.Unix(end, 0).UTC(), time.Duration(offset1) * time.Second, time.Duration(offset2) * time.Second}
			n := len(found) // of another zone the last ends with the comparison
			switch {
			case offset1 == offset2:
			case n > 0 && found[n-1].To.Equal(d.From) && found[n-1].Was == d.Was && found[n-1].Is == d.Is:
				found[n-1].To = d.To
			default:
				found = append(found, d)
			}
			at = end
		}
	}
	return found, nil
}
