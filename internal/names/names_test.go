package names

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ name, a, b string }{
		{"case", "KIDS", "kids"},
		{"long s", "Kidſ", "Kids"},
		{"Kelvin sign", "\u212Aids", "Kids"},
		{"final sigma", "ΠΩΛΗΣΕΙΣ", "πωλησεις"},
		{"decomposed", "Cafe\u0301", "CAFÉ"},
		{"sharp s", "Straße", "STRASSE"},
		{"capital sharp s", "GROẞ", "gross"},
		{"ligature", "Oﬃce", "OFFICE"},
		{"full width", "Ｋｉｄｓ", "kids"},
		{"half width kana", "ｶﾞｲﾄﾞ", "ガイド"},
		{"dotted capital", "İzmir", "i\u0307zmir"},
		{"iota below", "ᾼ", "αι"},
		{"Armenian", "և", "ԵՒ"},
		{"Cherokee", "Ꮳ", "ꮳ"},
		{"blanks", " \u3000Gents\u00A0\t shoes ", "gents shoes"},
		{"zero width space", "Ki\u200Bds", "Kids"},
		{"variation selector", "❤\uFE0F", "❤"},
		{"Persian", "علی\u200Cرضا", "علیرضا"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if a, b := Fold(c.a), Fold(c.b); a != b {
				t.Errorf("%q is %+q and %q is %+q, want them the same", c.a, a, c.b, b)
			}
		})
	}
	for _, c := range []struct{ name, a, b string }{
		{"accents", "Café", "Cafe"},
		{"dotless i", "Sıla", "Sila"},
		{"dotted capital", "İzmir", "Izmir"},
		{"look-alike scripts", "СОРТ", "COPT"},
		{"a space", "Gents shoes", "Gentsshoes"},
	} {
		t.Run("not "+c.name, func(t *testing.T) {
			if a, b := Fold(c.a), Fold(c.b); a == b {
				t.Errorf("%q and %q are both %+q, want them apart", c.a, c.b, a)
			}
		})
	}
	for _, c := range []struct{ name, want string }{
		{"Kids", "kids"}, {"  ", ""}, {"\u200B\u2800\u3164", ""}, {"ΠΩΛΗΣΕΙΣ", "πωλησεισ"}, {"Cafe\u0301", "caf\u00e9"},
	} {
		if got := Fold(c.name); got != c.want {
			t.Errorf("%+q: got %+q, want %+q", c.name, got, c.want)
		}
	}
}

// oracle folds by the letter of the standard, with the library's tables.
func oracle(s string) string {
	fold := cases.Fold().String
	return norm.NFKC.String(fold(norm.NFKD.String(fold(norm.NFD.String(s)))))
}

// judged reports whether the oracle can judge r: a character that has a case or parts.
// Han, Hangul and blanks have none; of Cherokee the library folds nothing.
func judged(r rune) bool {
	return unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.S, unicode.P) && !invisible(r) &&
		!unicode.In(r, unicode.Han, unicode.Hangul, unicode.Cherokee) && !strings.Contains(norm.NFKD.String(string(r)), " ")
}

// Fold must tell apart what the oracle tells apart, and no more.
func TestFoldIsTheFullCaseFold(t *testing.T) {
	to, from := map[string]string{}, map[string]string{}
	for r := rune(' '); r <= unicode.MaxRune; r++ {
		if !judged(r) {
			continue
		}
		s := string(r)
		ours, theirs := Fold(s), oracle(s)
		if was, seen := to[theirs]; seen && was != ours {
			t.Errorf("%U is %+q, but others that are %+q are %+q", r, ours, theirs, was)
		}
		if was, seen := from[ours]; seen && was != theirs {
			t.Errorf("%U is %+q and %+q, but the latter is also %+q", r, theirs, ours, was)
		}
		to[theirs], from[ours] = ours, theirs
		if again := Fold(ours); again != ours {
			t.Errorf("%U is %+q, and folded again %+q", r, ours, again)
		}
		if got := Fold(theirs); got != ours {
			t.Errorf("%U is %+q, but folded by the oracle first %+q", r, ours, got)
		}
	}
}

// odd are characters that meet badly: marks of all orders, capitals that change their
// length, jamo, blanks, what is ignored.
var odd = []rune("aAiIİıſsSßẞςσΣKÅµΐᾳᾼ\u0345\u0301\u0307\u0323\u031B\u034F\u200B\u200C\u200D\uFE0F\u115F\u1160\u3164\uFFA0" +
	"\u1100\u1161\u11A8가ﬁﷺ´¨\u00A0\u3000\u1680\u2028 \t\u0085ǅŉǰև\u0F71\u0F73\u0F74\u0958\u09CB\u1D15E\U0001D15E\u2800\u00AD")

func TestFoldTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.StringOf(rapid.SampledFrom(odd)), rapid.String()).Draw(t, "name")
		once := Fold(s)
		if twice := Fold(once); twice != once {
			t.Fatalf("got %+q, then %+q", once, twice)
		}
		for form, same := range map[string]string{
			"NFD": norm.NFD.String(s), "NFC": norm.NFC.String(s),
			"with blanks": "\u3000" + s + " ", "with a zero width space": s + "\u200B",
		} {
			if got := Fold(same); got != once {
				t.Fatalf("%s: got %+q, want %+q", form, got, once)
			}
		}
		if strings.TrimSpace(once) != once || strings.Contains(once, "  ") || !norm.NFKC.IsNormalString(once) {
			t.Fatalf("%+q is not in its form", once)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for _, name := range []string{"Gents shoes", "Πωλήσεις"} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Fold(name)
			}
		})
	}
}
