package words

import "strings"

// otherCodes are codes and names that stand for a language with a code of two letters: those
// of ISO 639-2, Java's old one of Indonesian, and what people call the languages in English.
var otherCodes = []struct{ other, code string }{
	{"eng", "en"}, {"english", "en"}, {"hin", "hi"}, {"hindi", "hi"}, {"spa", "es"}, {"spanish", "es"},
	{"por", "pt"}, {"portuguese", "pt"}, {"fra", "fr"}, {"fre", "fr"}, {"french", "fr"},
	{"deu", "de"}, {"ger", "de"}, {"german", "de"}, {"ara", "ar"}, {"arb", "ar"}, {"arabic", "ar"},
	{"ind", "id"}, {"in", "id"}, {"indonesian", "id"},
}

// Code is the short code of the language in a tag as people and programs write them: pt of
// pt-BR, en of en_US.UTF-8 and of "English". It is empty where the text begins with no code;
// one such as zh is a code, whether there are sentences in it or not.
func Code(tag string) string {
	end := strings.IndexAny(tag, "-_.@,;")
	if end < 0 {
		end = len(tag)
	}
	code := strings.ToLower(strings.TrimSpace(tag[:end]))
	for _, o := range otherCodes {
		if o.other == code {
			return o.code
		}
	}
	if len(code) != 2 && len(code) != 3 || strings.Trim(code, "abcdefghijklmnopqrstuvwxyz") != "" {
		return ""
	}
	return code
}
