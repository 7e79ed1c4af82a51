package names

import (
	"strings"
	"testing"
)

func TestGoodNames(t *testing.T) {
	for _, c := range []struct{ script, name string }{
		{"Latin", "Åsa O'Neill-Żuławska Jr."},
		{"decomposed Latin", "Ame\u0301lie"},
		{"Vietnamese", "Nguyễn Thị Ánh"},
		{"Greek", "Γιώργος"},
		{"Cyrillic", "Наталія"},
		{"Armenian", "Արամ"},
		{"Georgian", "ნინო"},
		{"Hebrew", "שָׂרָה"},
		{"Arabic", "محمد عبد الله"},
		{"Arabic with vowels", "مُحَمَّد"},
		{"Persian", "علی\u200Cرضا"},
		{"Persian behind a vowel sign", "عَلِیِ\u200Cرضا"},
		{"Arabic abbreviation", "ه\u200D"},
		{"Urdu", "محمد علی جناح"},
		{"Syriac", "ܝܘܚܢܢ"},
		{"N'Ko", "ߛߎߟߋߡߊ߲"},
		{"Hindi", "लक्ष्मी"},
		{"Hindi with a joiner", "क्\u200Dष"},
		{"Hindi with a non-joiner", "श्रीमान्\u200Cजी"},
		{"Marathi", "र्\u200Dयाचा"},
		{"Bengali", "র\u200D্যাব"},
		{"Bengali khanda ta of old", "সরিত্\u200D"},
		{"Malayalam chillu of old", "രമേശന്\u200D"},
		{"Kannada", "ರಮೇಶ್\u200C"},
		{"Kannada ra", "ರ\u200D್ಯ"},
		{"Sinhala", "ශ්\u200Dරී"},
		{"Tamil", "தமிழ்ச்செல்வி"},
		{"Telugu", "వెంకట్\u200C రావు"},
		{"Thai", "สมชาย"},
		{"Khmer", "សុខា"},
		{"Myanmar", "အောင်ဆန်း"},
		{"Tibetan", "བསྟན་འཛིན་"},
		{"Ethiopic", "አበበ"},
		{"Mongolian", "ᠮᠣᠩᠭᠣᠯ\u180B ᠠ\u180Eᠠ"},
		{"Chinese", "欧阳娜娜"},
		{"Japanese", "渡邉 はるカ"},
		{"Japanese with a variant", "葛\U000E0100城"},
		{"Korean", "김민준"},
		{"conjoining Korean", "\u1100\u1161\u11A8"},
		{"emoji", "Team ❤\uFE0F 👩🏽\u200D💻 1\uFE0F\u20E3"},
		{"emoji of letters and punctuation", "ℹ\uFE0F Sale‼\uFE0F 〰\uFE0F"},
		{"Arabic number sign", "\u0600١"},
	} {
		t.Run(c.script, func(t *testing.T) {
			if got := Problem(c.name); got != "" {
				t.Errorf("%+q %s, want no problem", c.name, got)
			}
		})
	}
}

func TestBadNames(t *testing.T) {
	for _, c := range []struct{ what, name, want string }{
		{"empty", "", "blank"},
		{"blank", " \u00A0\u3000", "blank"},
		{"tab", "a\tb", "control"},
		{"new line", "a\nb", "control"},
		{"line separator", "a\u2028b", "control"},
		{"zero width space", "Ki\u200Bds", "U+200B"},
		{"word joiner", "Ki\u2060ds", "U+2060"},
		{"byte order mark", "\uFEFFKids", "U+FEFF"},
		{"soft hyphen", "Ki\u00ADds", "U+00AD"},
		{"grapheme joiner", "Ki\u034Fds", "U+034F"},
		{"Hangul fillers", "Ki\u115F", "U+115F"},
		{"Hangul filler", "Ki\u3164", "U+3164"},
		{"half width Hangul filler", "\uFFA0", "U+FFA0"},
		{"Khmer inherent vowel", "ក\u17B4", "U+17B4"},
		{"blank of Braille", "Ki\u2800ds", "U+2800"},
		{"tag", "Kids\U000E0041", "U+E0041"},
		{"right to left override", "Ki\u202Eds", "direction"},
		{"isolate", "\u2066Kids\u2069", "direction"},
		{"left to right mark", "Kids\u200E", "direction"},
		{"Arabic letter mark", "\u061CKids", "direction"},
		{"joiner in Latin", "Ki\u200Dds", "U+200D"},
		{"non-joiner in Latin", "Ki\u200Cds", "U+200C"},
		{"non-joiner behind Latin with an accent", "Cafe\u0301\u200Cs", "U+200C"},
		{"joiner at the beginning", "\u200Dश", "U+200D"},
		{"two joiners", "क्\u200D\u200Dष", "U+200D"},
		{"non-joiner at the end of Persian", "علی\u200C", "U+200C"},
		{"joiner between scripts", "शa\u200Dश", "U+200D"},
		{"joiner in Han", "欧\u200D阳", "U+200D"},
		{"variation selector in Latin", "Ki\uFE0Fds", "U+FE0F"},
		{"two variation selectors", "❤\uFE0F\uFE0F", "U+FE0F"},
		{"ideographic selector in Latin", "Ki\U000E0100", "U+E0100"},
		{"Mongolian selector in Latin", "Ki\u180B", "U+180B"},
		{"interlinear annotation", "Ki\uFFF9", "U+FFF9"},
	} {
		t.Run(c.what, func(t *testing.T) {
			if got := Problem(c.name); !strings.Contains(got, c.want) {
				t.Errorf("%+q: got %q, want %q in it", c.name, got, c.want)
			}
		})
	}
}
