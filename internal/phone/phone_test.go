package phone

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

func TestRead(t *testing.T) {
	for _, c := range []struct{ sent, country, want string }{
		{"+919800000000", "", "+919800000000"},
		{"98000 00000", "IN", "+919800000000"},
		{"098000-00000", "IN", "+919800000000"},
		{"98000 00000", "in", "+919800000000"},
		{"98000 00000", "", ""},
		{"00919800000000", "", "+919800000000"},
		{"0098 21 1234 5678", "IR", "+982112345678"},
		{"+0098 21 1234 5678", "", "+982112345678"},
		{"+09800000000", "IN", "+919800000000"},
		{"+0919800000000", "IN", "+919800000000"},
		{"+0919800000000", "", "+919800000000"},
		{"+0919800000000", "DE", "+49919800000000"}, // a plus before a number of Germany
		{"919800000000", "IN", "+919800000000"},
		{"919800000000", "", ""},
		{"919800000000@c.us", "", "+919800000000"},
		{"919800000000@c.us", "US", "+919800000000"},
		{"919800000000:12@s.whatsapp.net", "", "+919800000000"},
		{"whatsapp:+919800000000", "", "+919800000000"},
		{"whatsapp:919800000000", "", "+919800000000"},
		{"tel:+91-98000-00000", "", "+919800000000"},
		{"tel:98000-00000", "IN", "+919800000000"},
		{"tel:98000-00000;phone-context=+91", "", "+919800000000"},
		{"TEL:+919800000000;ext=12", "", "+919800000000"},
		{"+91 98000 00000 ext. 12", "", "+919800000000"},
		{"+91 98000 00000 x12", "", "+919800000000"},
		{"+91 98000 00000,,12", "", "+919800000000"},
		{"+91 98000 00000 #12", "", "+919800000000"},
		{"sip:+919800000000@example.com;transport=tls", "", "+919800000000"},
		{"+44 (0) 20 7946 0018", "", "+442079460018"},
		{"+44(0)20 7946 0018", "", "+442079460018"},
		{"(020) 7946 0018", "GB", "+442079460018"},
		{"030/123456", "DE", "+4930123456"},
		{"(650) 253-0000", "US", "+16502530000"},
		{"1-650-253-0000", "US", "+16502530000"},
		{"011 44 20 7946 0018", "US", "+442079460018"},
		{"0011 44 20 7946 0018", "AU", "+442079460018"},
		{"010 44 20 7946 0018", "JP", "+442079460018"},
		{"8 (912) 345-67-89", "RU", "+79123456789"},
		{"06 1 234 5678", "HU", "+3612345678"},
		{"02 1234 5678", "IT", "+390212345678"},
		{"393 123 4567", "IT", "+393931234567"},
		{"39 393 123 4567", "IT", "+393931234567"},
		{"7378742833", "US", "+17378742833"},
		{"٩٨٠٠٠٠٠٠٠٠", "IN", "+919800000000"},
		{"＋９１９８０００ ０００００", "", "+919800000000"},
		{"+९१९८००००००००", "", "+919800000000"},
		{"\u202a+91\u00a098000\u201100000\u202c", "", "+919800000000"},
		{"+9109800000000", "", "+9109800000000"},
		{"+5215512345678", "", "+5215512345678"},
		{"+2908000", "", "+2908000"},
		{"1-800-FLOWERS", "US", ""},
		{"+999123456789", "", ""},
		{"+1234567890123456", "", ""},
		{"98000 00000 / 98000 00001", "IN", ""},
		{"98000 00000 after six", "IN", ""},
		{"n/a", "IN", ""},
		{"", "IN", ""},
		{"+", "IN", ""},
		{"12345678", "IN", ""},
		{"𝟗𝟖𝟎𝟎𝟎𝟎𝟎𝟎𝟎𝟎", "IN", "+919800000000"},
	} {
		t.Run(c.sent+" "+c.country, func(t *testing.T) {
			if got, hidden := Read(c.sent, c.country); got != c.want || hidden {
				t.Errorf("got %q, hidden %v, want %q", got, hidden, c.want)
			}
		})
	}
}

func TestReadHidden(t *testing.T) {
	for _, c := range []struct{ sent, country string }{
		{"+266696687", "IN"},
		{"+266 696-687", "US"},
		{"tel:+266696687", ""},
		{"+7378742833", "US"},
		{"+2562533", ""},
		{"+8656696", ""},
		{"+86282452253", ""},
		{"anonymous", ""},
		{"Anonymous", "IN"},
		{"ANONYMOUS\u200b", "IN"},
		{"Private number", ""},
		{"unknown", ""},
		{"Unavailable", ""},
		{"restricted", ""},
		{"blocked", ""},
		{"anonymous@anonymous.invalid", ""},
		{"12345", ""},
		{"1234", "IN"},
		{"+12345", "IN"},
		{"123456789012345@lid", "IN"},
		{"1203630-1234@g.us", "IN"},
		{"sip:asha@example.com", ""},
		{"sip:1000@example.com", "IN"},
		{"sips:anonymous@anonymous.invalid", ""},
	} {
		t.Run(c.sent+" "+c.country, func(t *testing.T) {
			if got, hidden := Read(c.sent, c.country); got != "" || !hidden {
				t.Errorf("got %q, hidden %v", got, hidden)
			}
		})
	}
}

func TestJoin(t *testing.T) {
	for _, c := range []struct{ e164, want string }{
		{"+919800000000", "+919800000000"},
		{"+9109800000000", "+919800000000"},
		{"+5215512345678", "+525512345678"},
		{"+525512345678", "+525512345678"},
		{"+5491123456789", "+541123456789"},
		{"+541123456789", "+541123456789"},
		{"+4402079460018", "+442079460018"},
		{"+390212345678", "+390212345678"},   // Italy
		{"+3780549123456", "+3780549123456"}, // San Marino
		{"+3906698123456", "+3906698123456"}, // the Vatican
		{"+2250712345678", "+2250712345678"}, // Ivory Coast
		{"+242061234567", "+242061234567"},   // Congo
		{"+2290195123456", "+2290195123456"}, // Benin
		{"+17378742833", "+17378742833"},
		{"", ""},
		{"+", "+"},
		{"+999", "+999"},
	} {
		t.Run(c.e164, func(t *testing.T) {
			if got := Join(c.e164); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// What Read gives is E.164, reads as itself everywhere, and joins itself.
func TestReadTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sent := rapid.OneOf(rapid.String(), rapid.StringMatching(`(tel:|whatsapp:)?\+?[0-9 ()./-]{0,20}(x[0-9]{1,4}|@c\.us)?`)).Draw(t, "sent")
		country := rapid.SampledFrom([]string{"", "IN", "US", "IT", "DE", "RU", "MX", "JP", "XX"}).Draw(t, "country")
		e164, hidden := Read(sent, country)
		if e164 == "" {
			return
		}
		rest, plus := strings.CutPrefix(e164, "+")
		if hidden || !plus || len(rest) < 7 || len(rest) > 15 || strings.Trim(rest, "0123456789") != "" || rest[0] == '0' {
			t.Fatalf("%q is %q, hidden %v", sent, e164, hidden)
		}
		again, hidden := Read(e164, "")
		if again != e164 && !hidden { // a national number may spell a hidden one with its country
			t.Fatalf("%q is read again as %q", e164, again)
		}
		if once := Join(e164); Join(once) != once {
			t.Fatalf("%q joins %q, and that %q", e164, once, Join(once))
		}
	})
}

// The value of a digit is its place in a run of ten, which holds for all of Unicode's.
func TestDigitsComeInTens(t *testing.T) {
	for _, table := range unicode.Nd.R16 {
		if table.Stride != 1 || (table.Hi-table.Lo)%10 != 9 {
			t.Errorf("%U to %U, stride %d", table.Lo, table.Hi, table.Stride)
		}
	}
	for _, table := range unicode.Nd.R32 {
		if table.Stride != 1 || (table.Hi-table.Lo)%10 != 9 {
			t.Errorf("%U to %U, stride %d", table.Lo, table.Hi, table.Stride)
		}
	}
}
