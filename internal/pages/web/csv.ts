// Files of separated values: what other programs write is read whatever they write it with, and
// what is written here opens in all of them.

export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

export const delimiters = [',', ';', '\t'] as const;
export type Delimiter = (typeof delimiters)[number];

/** Finds how a file is written: by its mark, else by what its bytes can be. */
export function encodingOf(bytes: Uint8Array): Encoding {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  // Half of the bytes of Latin letters in UTF-16 are zero, on the one side or the other.
  const some = bytes.subarray(0, 2000);
  const zeros = [0, 1].map((side) => some.filter((byte, i) => byte === 0 && i % 2 === side).length);
  if (zeros[0]! + zeros[1]! > some.length / 10) return zeros[1]! > zeros[0]! ? 'utf-16le' : 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    return 'windows-1252'; // which takes every byte
  }
}

/** The text of a file; a mark at its beginning is no part of it. */
export const decode = (bytes: Uint8Array, encoding: Encoding): string => new TextDecoder(encoding).decode(bytes);

/** Takes off the line by which some programs tell what separates. */
function declared(text: string): [rest: string, by: Delimiter | undefined] {
  const said = /^sep=(.)\r?\n/i.exec(text);
  return said ? [text.slice(said[0].length), delimiters.find((d) => d === said[1])] : [text, undefined];
}

/** Finds what separates: what cuts the first rows into the most columns, and all into as many. */
export function delimiterOf(text: string): Delimiter {
  const [rest, said] = declared(text);
  if (said) return said;
  const scores = delimiters.map((d) => {
    const rows = parse(rest.slice(0, 10_000), d).slice(0, 20);
    const widths = rows.map((r) => r.length), first = widths[0] ?? 1;
    return first < 2 ? 0 : first * widths.filter((n) => n === first).length / widths.length;
  });
  return delimiters[scores.indexOf(Math.max(...scores))]!;
}

/** The rows of a text by RFC 4180, without those that have nothing in them. A quote within a value that
 * does not begin with one is a character like any other. */
export function parse(text: string, by: Delimiter): string[][] {
  const [rest] = declared(text);
  const rows: string[][] = [];
  let row: string[] = [], value = '', quoted = false, begun = false;
  const end = (whole: boolean) => {
    row.push(value);
    value = '';
    begun = false;
    if (!whole) return;
    if (row.some((v) => v.trim())) rows.push(row);
    row = [];
  };
  for (let i = 0; i < rest.length; i++) {
    const c = rest[i]!;
    if (quoted) {
      if (c !== '"') value += c;
      else if (rest[i + 1] === '"') value += rest[i++];
      else quoted = false;
    } else if (c === '"' && !begun) quoted = begun = true;
    else if (c === by) end(false);
    else if (c === '\n' || c === '\r') {
      if (c === '\r' && rest[i + 1] === '\n') i++;
      end(true);
    } else {
      value += c;
      begun ||= c !== ' ';
    }
  }
  if (value || row.length) end(true);
  return rows.map((r) => r.map((v) => unarmed(v.trim())));
}

/** What a value is that was written so that no program takes it for a formula. */
const unarmed = (value: string): string => /^'[=+\-@\t\r]/.test(value) ? value.slice(1) : value;

/** One value as it is written: what a spreadsheet would run becomes text, as it is where it is read back. */
function written(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",;\t\r\n]|^ | $/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** The text of a file, with the mark by which spreadsheets know that it is UTF-8. */
export const write = (rows: readonly (readonly string[])[]): string => '\ufeff' + rows.map((r) => r.map(written).join(',') + '\r\n').join('');

/** Lets the browser keep a text as a file. */
export function download(name: string, text: string): void {
  const a = document.createElement('a');
  a.href = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 60_000); // some begin to read it later
}
