// Working hours as the API has them, and what a week looks like by them. All of it is the wall clock
// of the member's zone, on which a week has no daylight saving.

export const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Day = (typeof days)[number];

/** From when to when. An end at or before the start is on the day after; 24:00 ends the day. */
export interface Span { start: string; end: string }

/** A span on some days of every week. */
export interface Entry extends Span { days: Day[] }

/** One date that is unlike the week; without spans nobody works on it. */
export interface Exception { date: string; entries: Span[] }

/** What a member's hours are. */
export interface Hours { timeZone: string; entries: Entry[]; exceptions?: Exception[]; unreadable?: boolean }

const whole = 24 * 60;

/** A time as minutes of the day; nothing where it is none. */
export function minutes(text: string): number | undefined {
  const found = /^(\d\d):(\d\d)$/.exec(text);
  return found ? Number(found[1]) * 60 + Number(found[2]) : undefined;
}

/** How many minutes a span takes; nothing while a time is missing. */
export function lengthOf({ start, end }: Span): number | undefined {
  const from = minutes(start), to = minutes(end);
  if (from === undefined || to === undefined) return undefined;
  return to <= from ? to + whole - from : to - from;
}

/** Whether a span runs into the day after. One that ends at midnight does not. */
export const isOvernight = (s: Span): boolean => (minutes(s.start) ?? 0) + (lengthOf(s) ?? 0) > whole;

/** A part of one day, in minutes, and which entry it is of. */
interface Block { from: number; to: number; entry: number; tail: boolean }

/** What a day of the week holds: what starts on it, and what runs into it from the day before. */
export function blocksOf(entries: Entry[], day: Day): Block[] {
  const before = days[(days.indexOf(day) + days.length - 1) % days.length]!;
  const found: Block[] = [];
  entries.forEach((e, entry) => {
    const length = lengthOf(e);
    if (length === undefined) return;
    const from = minutes(e.start)!, over = from + length - whole;
    if (e.days.includes(day)) found.push({ from, to: Math.min(whole, from + length), entry, tail: false });
    if (e.days.includes(before) && over > 0) found.push({ from: 0, to: over, entry, tail: true });
  });
  return found.sort((a, b) => a.from - b.from);
}

/** The spans that start on a day, by their starts. */
export const spansOf = (entries: Entry[], day: Day): Span[] =>
  entries.filter((e) => e.days.includes(day) && lengthOf(e) !== undefined).sort((a, b) => a.start.localeCompare(b.start));

/** How many minutes of a week are somebody's hours; what overlaps counts once. */
export function ofWeek(entries: Entry[]): number {
  let sum = 0;
  for (const day of days) {
    let until = 0;
    for (const { from, to } of blocksOf(entries, day)) {
      sum += Math.max(0, to - Math.max(from, until));
      until = Math.max(until, to);
    }
  }
  return sum;
}

/** Makes some days like another. An entry that is left without a day goes. */
export function copyDay(entries: Entry[], from: Day, to: Day[]): Entry[] {
  return entries
    .map((e) => ({ ...e, days: days.filter((d) => e.days.includes(to.includes(d) ? from : d)) }))
    .filter((e, i) => e.days.length > 0 || entries[i]!.days.length === 0);
}

const clock = (n: number): string => `${String(Math.floor(n / 60) % 24).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`;

/** A span of minutes that may be of the day after; its end at midnight is 24:00. */
export const span = (from: number, to: number): Span => ({ start: clock(from), end: to % whole === 0 ? '24:00' : clock(to) });
