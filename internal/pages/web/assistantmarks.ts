// Where in a message the words stand that the API found in it. It gives them as it compares words: in
// lower case and without accents. So the message is folded the same way, and each letter remembers
// where it came from. What cannot be found so is not marked: the words are told beside it, too.

const accented = /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{ASCII}]$/u;
const mark = /^\p{M}$/u, inherited = /^[\p{Script=Inherited}\p{Script=Cyrillic}\p{Script=Greek}]$/u;
const ignored = /^[\p{Cf}\u0640\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\ufe00-\ufe0f\u{1f3fb}-\u{1f3ff}]$/u;
const others: Record<string, string> = { 'ß': 'ss', 'ẞ': 'ss', 'ı': 'i', 'đ': 'd', 'ł': 'l', 'ø': 'o', 'ی': 'ي', 'ى': 'ي', 'ک': 'ك', 'ς': 'σ', '\u02bc': "'" };

/** A text folded, and for each letter of that the place in the text where it begins. */
function folded(text: string): { letters: string; from: number[] } {
  let letters = '', base = ' ', at = 0;
  const from: number[] = [];
  for (const c of text) {
    for (const part of c.normalize('NFKD')) {
      if (ignored.test(part) || mark.test(part) && accented.test(base) && inherited.test(part)) continue;
      if (!mark.test(part)) base = part;
      const low = part.toLowerCase();
      const put = others[low] ?? low;
      letters += put;
      for (let i = 0; i < put.length; i++) from.push(at);
    }
    at += c.length;
  }
  return { letters, from: [...from, text.length] };
}

const inWord = /[\p{L}\p{M}\p{N}]/u;

/** What stands before the words, the words as they were written, and what stands behind them. */
export function marked(text: string, matched: string): [before: string, words: string, behind: string] | undefined {
  const { letters, from } = folded(text), want = folded(matched).letters;
  if (!want) return undefined;
  let first: number | undefined;
  for (let i = letters.indexOf(want); i >= 0; i = letters.indexOf(want, i + 1)) {
    first ??= i;
    const whole = !inWord.test(letters[i - 1] ?? ' ') && !inWord.test(letters[i + want.length] ?? ' ');
    if (whole) { first = i; break; }
  }
  if (first === undefined) return undefined;
  const begin = from[first]!, end = from[first + want.length]!;
  return [text.slice(0, begin), text.slice(begin, end), text.slice(end)];
}
