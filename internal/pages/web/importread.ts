// What a file says of members: which column is which, and what cannot be right before anything is sent.
import { type Delimiter, parse } from './csv';
import { type Wrong } from './parts';
import { type Attempt, type Department } from './team';
import { say } from './words';

export const columns = ['firstName', 'lastName', 'email', 'role', 'departments'] as const;
export type Column = (typeof columns)[number];

/** Which column of the file has what; -1 is none. */
export type Columns = Record<Column, number>;

/** One person of the file. */
export interface Row {
  line: number; // as a spreadsheet counts
  firstName: string; lastName: string; email: string;
  role: string;
  departments: string[]; // names, as they were written
  state: 'new' | 'sending' | 'made' | 'refused';
  open: boolean; // its fields are shown
  wrong: Wrong; // what the API said
  id: string; // once it is made
  attempt: Pick<Attempt, 'text' | 'key'> | undefined;
}

/** What columns are called elsewhere, in lower case and by their letters alone. */
const names: Record<Column, string[]> = {
  firstName: ['firstname', 'first', 'givenname', 'forename', 'vorname'],
  lastName: ['lastname', 'last', 'surname', 'familyname', 'nachname', 'name'],
  email: ['email', 'mail', 'emailaddress', 'mailaddress', 'username', 'login'],
  role: ['role', 'rolle', 'type', 'position'],
  departments: ['departments', 'department', 'dept', 'team', 'teams', 'group', 'groups', 'abteilung', 'abteilungen'],
};

const letters = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{M}]/gu, '');

/** What a file holds. */
interface Sheet { head: string[] | undefined; rows: string[][]; width: number }

/** The rows of a text; the first names the columns unless there is an address in it. */
export function sheetOf(text: string, by: Delimiter): Sheet {
  const all = parse(text, by);
  const head = all[0] && !all[0].some((v) => v.includes('@')) ? all[0] : undefined;
  return { head, rows: head ? all.slice(1) : all, width: Math.max(0, ...all.map((r) => r.length)) };
}

/** Finds the columns by their names, first of all those by which they are shown, else by the order in which they are told to be. */
export function columnsOf({ head, width }: Sheet): Columns {
  if (!head) return Object.fromEntries(columns.map((c, i) => [c, i < width ? i : -1])) as Columns;
  return Object.fromEntries(columns.map((c) => {
    const found = [letters(say(`import.column.${c}`)), ...names[c]].map((n) => head.findIndex((h) => letters(h) === n)).filter((i) => i >= 0);
    return [c, found[0] ?? -1];
  })) as Columns;
}

const admins = ['admin', 'administrator', 'manager'], staff = ['', 'staff', 'agent', 'member', 'user', 'employee'];

/** The role that a word means, or the word. */
function roleOf(text: string): string {
  const word = text.trim().toLowerCase();
  if (admins.includes(word)) return 'admin';
  return staff.includes(word) ? 'staff' : text;
}

/** A name by which two are compared. */
export const fold = (name: string): string => name.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();

/** The names in one value: one that is there as a whole is not cut at its comma. */
function namesIn(text: string, known: Department[]): string[] {
  const is = (name: string) => known.find((d) => fold(d.name) === fold(name))?.name;
  const whole = is(text);
  const parts = whole ? [whole] : text.split(/[;,|\n]/).map((n) => n.trim()).filter(Boolean);
  return [...new Set(parts.map((n) => is(n) ?? n))];
}

/** The people of a file. */
export function rowsOf(sheet: Sheet, at: Columns, known: Department[]): Row[] {
  return sheet.rows.map((values, i) => {
    const value = (c: Column) => (at[c] < 0 ? '' : values[at[c]] ?? '');
    return {
      line: i + (sheet.head ? 2 : 1), firstName: value('firstName'), lastName: value('lastName'), email: value('email'),
      role: roleOf(value('role')), departments: namesIn(value('departments'), known),
      state: 'new', open: false, wrong: {}, id: '', attempt: undefined,
    };
  });
}

/** Departments that rows name and that are not there. */
export const unknownIn = (rows: Row[], known: Department[]): string[] => {
  const there = new Set(known.map((d) => fold(d.name)));
  const missing = new Map(rows.filter((r) => r.state !== 'made' && r.role === 'staff').flatMap((r) => r.departments).filter((n) => !there.has(fold(n))).map((n) => [fold(n), n]));
  return [...missing.values()];
};

/** The ids of a row's departments. */
export const idsOf = (row: Row, known: Department[]): string[] =>
  row.role === 'staff' ? row.departments.map((n) => known.find((d) => fold(d.name) === fold(n))?.id).filter((id) => id !== undefined) : [];

/** What cannot be right in each row, by its line. The rest only the API can tell. */
export function faultsOf(rows: Row[], known: Department[]): Map<number, Wrong> {
  const first = new Map<string, number>(); // the first row of each address
  for (const r of rows) if (!first.has(fold(r.email))) first.set(fold(r.email), r.line);
  return new Map(rows.map((r) => [r.line, r.state === 'made' ? {} : faultsIn(r, first, known)]));
}

function faultsIn(row: Row, first: Map<string, number>, known: Department[]): Wrong {
  const wrong: Wrong = {};
  const bad = (field: string, ...all: string[]) => { if (all.length) wrong[field] = all; };
  for (const f of ['firstName', 'lastName'] as const) if (!row[f].trim()) bad(f, say('import.missing'));
  if (!row.email.trim()) bad('email', say('import.missing'));
  else if (!/^[^@\s]+@[^@\s]+$/.test(row.email.trim())) bad('email', say('import.noEmail'));
  else if (first.get(fold(row.email)) !== row.line) bad('email', say('import.twice', { n: first.get(fold(row.email))! }));
  if (row.role !== 'staff' && row.role !== 'admin') bad('role', say('import.noRole', { role: row.role }));
  if (row.role === 'staff') {
    bad('departmentIds', ...unknownIn([row], known).map((name) => say('import.noDepartment', { name })));
    if (known.length && !row.departments.length) bad('departmentIds', say('import.needsDepartment'));
  }
  return wrong;
}
