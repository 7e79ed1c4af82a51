// One entry of the audit in sentences: who did what to whom, and from what to what.
import { hoursInWords } from './audithours';
import { type Word, isWord, say } from './words';

type Names = (string | null)[];

/** A field from what to what. Null is where there was nothing; absent is what is not known. */
export interface Change { field: string; from?: unknown; to?: unknown; fromNames?: Names; toNames?: Names }

/** An entry, as the API tells it. What is done at the doors is counted by the hour and network. */
export interface Entry {
  at: string; memberId: string; firstName: string | null; what: string; target: string; targetName: string | null; fields: string[]; changes: Change[];
  network: string; count: number; members: { id: string; firstName: string | null }[];
}

/** Entries have no id: all that they say tells them apart. */
export const keyOf = (e: Entry): string => JSON.stringify([e.at, e.memberId, e.what, e.target, e.changes, e.network]);

/** All that the API can tell of, in the order in which they are offered to choose from. */
export const kinds = [
  'account.created', 'account.changed', 'account.owner',
  'member.created', 'member.changed', 'member.deleted', 'member.working-hours', 'member.presence',
  'member.password', 'member.totp', 'member.signed-out', 'member.unlocked', 'member.displaced',
  'department.created', 'department.renamed', 'department.deleted',
  'escalation.filed', 'connection.created', 'connection.deleted', 'assistant.changed', 'key.created', 'key.deleted',
  'access.signed-in', 'access.refused', 'access.locked', 'access.code', 'access.reset', 'access.foreign-id', 'access.too-many', 'access.device',
] as const;

/** How many members an entry names at most: there may have been more. */
const mostNamed = 20;

/** Kinds whose sentence says what changed. */
const told = new Set<string>(['account.owner', 'account.created', 'member.presence', 'department.created', 'department.renamed', 'department.deleted']);

/** What was done, by whom and to whom. */
export function sentenceOf(e: Entry, language: string | null): string {
  if (e.what.startsWith('access.') && isWord(`audit.did.${e.what}`)) {
    const names = e.members.map((m) => m.firstName ?? say('audit.former.member'));
    const people = listOf(names.length === 0 ? [say('audit.somebody')] : names.length < mostNamed ? names : [...names, say('audit.others')], language);
    return say(`audit.did.${e.what}` as Word, { people, network: e.network || say('audit.somewhere') });
  }
  const self = e.memberId !== '' && e.memberId === e.target;
  const who = e.firstName ?? (e.memberId ? say('audit.former') : say('audit.platform'));
  const c = e.changes[0];
  const whom = e.targetName ?? (e.target.startsWith('dep_') && text(c?.to ?? c?.from) || say(e.target.startsWith('mem_') ? 'audit.former.member' : 'audit.former.department'));
  const keys = [...(e.what === 'member.presence' ? [`audit.did.${e.what}.${text(c?.to)}`] : []), ...(self ? [`audit.did.${e.what}.self`] : []), `audit.did.${e.what}`];
  const key = keys.find(isWord);
  return key ? say(key as Word, { who, whom, from: text(c?.from), to: text(c?.to) }) : `${who}: ${e.what}`;
}

const text = (value: unknown): string => typeof value === 'string' ? value : '';

/** What changed, a sentence each; none where the first sentence has said it. */
export function changesOf(e: Entry, language: string | null): string[] {
  if (told.has(e.what)) return [];
  if (e.what.startsWith('access.')) return e.count > 1 ? [say('audit.times', { n: e.count })] : [];
  if (e.what === 'member.signed-out') return [e.changes[0] && Array.isArray(e.changes[0].from) ? say('audit.sessions', { n: e.changes[0].from.length }) : say('audit.sessions.all')];
  const empty = (value: unknown) => value === null || Array.isArray(value) && value.length === 0;
  // Of who is new what they have is told, not what they have not.
  return e.changes.filter((c) => e.what !== 'member.created' || !empty(c.to)).map((c) => changeOf(c, e.what, language));
}

function changeOf(c: Change, what: string, language: string | null): string {
  const key = `audit.field.${c.field}`;
  const field = isWord(key) ? say(key) : c.field;
  if (!('from' in c) && !('to' in c)) return say('audit.changed', { field });
  const from = valueOf(c.field, c.from, c.fromNames, language), to = valueOf(c.field, c.to, c.toNames, language);
  if (what.endsWith('.created') || !('from' in c)) return say('audit.now', { field, to });
  if (what.endsWith('.deleted')) return say('audit.now', { field, to: from });
  return say('audit.fromTo', { field, from, to });
}

/** Lists and names in the words of a language. */
const listOf = (names: string[], language: string | null): string => new Intl.ListFormat(language || undefined, { type: 'conjunction' }).format(names);

function nameIn(kind: 'language' | 'region', code: string, language: string | null): string {
  try {
    return new Intl.DisplayNames(language || undefined, { type: kind }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** A value of a field in words. */
function valueOf(field: string, value: unknown, names: Names | undefined, language: string | null): string {
  if (names) return listOf(names.map((n) => n ?? say(field.startsWith('dep') ? 'audit.former.department' : 'audit.former.member')), language);
  if (field === 'workingHours') return value ? hoursInWords(String(value), language) : say('audit.always');
  if (field === 'holidays' && Array.isArray(value) && value.length > 0) return listOf(value.map((d) => dateOf(String(d), language)), language);
  const key = `audit.value.${field}.${String(value === '' ? null : value)}`;
  if (isWord(key)) return say(key as Word);
  if (value === null || value === undefined || value === '' || Array.isArray(value) && value.length === 0) return say('audit.nothing');
  if (typeof value === 'boolean') return say(value ? 'audit.yes' : 'audit.no');
  if (typeof value === 'number') return numberOf(field, value, language);
  if (field === 'language' && typeof value === 'string') return nameIn('language', value, language);
  if (field === 'country' && typeof value === 'string') return nameIn('region', value, language);
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? listOf(value.map(String), language) : partsOf(field, value as Record<string, unknown>, language);
}

/** A number, with its unit where it has one. */
function numberOf(field: string, n: number, language: string | null): string {
  const key = `audit.unit.${field}`;
  return isWord(key) ? say(key as Word, { n }) : n.toLocaleString(language || undefined);
}

/** A value that has parts, such as calls and chats. */
const partsOf = (field: string, parts: Record<string, unknown>, language: string | null): string =>
  listOf(Object.entries(parts).map(([name, value]) => {
    const key = `audit.part.${field}.${name}`;
    return say('audit.part', { name: isWord(key) ? say(key as Word) : name, value: valueOf(`${field}.part`, value, undefined, language) });
  }), language);

/** A day such as 2026-12-25. */
export function dateOf(day: string, language: string | null): string {
  const at = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? day : at.toLocaleDateString(language || undefined, { timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric' });
}
