// Times on the clock of somebody else, as the server tells them: "2026-12-01T09:00:00" is what that
// clock shows. Browsers may know older laws of zones than the server, so none is asked for another zone.

/** A stretch on shift, as the API previews it. */
export interface Shift { from: string; to: string; localFrom: string; localTo: string; offset: string; changes?: { at: string; local: string; offset: string }[] }

const minute = 60_000;

/** What a clock shows, as a number to reckon with. */
const wall = (text: string): number => Date.parse(`${text.slice(0, 19)}Z`);

const show = (text: string, language: string | null, how: Intl.DateTimeFormatOptions): string =>
  new Date(wall(text)).toLocaleString(language || undefined, { ...how, timeZone: 'UTC' });

/** The time of day. The end of a day is 24:00 where midnight is 00:00. */
export function wallTime(text: string, language: string | null, ends = false): string {
  const said = show(text, language, { hour: '2-digit', minute: '2-digit' });
  return ends ? said.replace(/^00[:.]00$/, (zero) => zero.replace('00', '24')) : said;
}

/** A time such as 17:30, in the words of a language. */
export const clockTime = (time: string, language: string | null): string =>
  time === '24:00' ? wallTime('2026-01-01T00:00:00', language, true) : wallTime(`2026-01-01T${time}:00`, language);

/** The date, with the day of the week. */
export const wallDay = (text: string, language: string | null): string => show(text.length === 10 ? `${text}T00:00:00` : text, language, { weekday: 'short', day: 'numeric', month: 'short' });

/** The name of a day of the week. */
export const dayName = (day: number, language: string | null, how: 'short' | 'long' = 'short'): string =>
  new Date(Date.UTC(2026, 0, 5 + day)).toLocaleDateString(language || undefined, { weekday: how, timeZone: 'UTC' });

export const dateOf = (text: string): string => text.slice(0, 10);

/** A date so many days later. */
export const later = (date: string, n: number): string => new Date(wall(`${date}T00:00:00`) + n * 24 * 60 * minute).toISOString().slice(0, 10);

/** What the clock of whoever looks shows at an instant. */
export function ownClock(at: string | number): string {
  const d = new Date(at);
  return new Date(d.getTime() - d.getTimezoneOffset() * minute).toISOString().slice(0, 19);
}

/** How far a clock is ahead of UTC at an instant, in minutes. */
const ahead = (local: string, at: string): number => Math.round((wall(local) - Date.parse(at)) / minute);
const begins = (s: Shift): number => ahead(s.localFrom, s.from);
const ends = (s: Shift): number => ahead(s.localTo, s.to);

/** By how many minutes the clock jumps at each of its changes during a shift, and on which date it shows another time from then on: forward is more than 0. */
export function jumpsWithin(s: Shift): { date: string; jump: number }[] {
  let before = begins(s);
  return (s.changes ?? []).map(({ at, local }) => {
    const jump = ahead(local, at) - before;
    before += jump;
    return { date: dateOf(local), jump };
  });
}

/** By how many minutes it has jumped between two. */
export const jumpBetween = (before: Shift | undefined, s: Shift): number => before ? begins(s) - ends(before) : 0;

/** How long a shift really is, in minutes, and how long it looks on the clock. */
export const realLength = (s: Shift): number => Math.round((Date.parse(s.to) - Date.parse(s.from)) / minute);
export const wallLength = (s: Shift): number => Math.round((wall(s.localTo) - wall(s.localFrom)) / minute);

/** An offset such as "+05:30" of so many minutes. */
function offsetText(n: number): string {
  const m = Math.abs(n);
  return `${n < 0 ? '-' : '+'}${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`;
}

/** The offsets before and after a jump that lies before a shift. */
export const offsetsAround = (before: Shift, s: Shift): { was: string; now: string } => ({ was: offsetText(ends(before)), now: offsetText(begins(s)) });

/** The date of now on a clock of which some shifts are known. */
export function today(shifts: Shift[], now: number): string {
  const far = (s: Shift) => Math.min(Math.abs(Date.parse(s.from) - now), Math.abs(Date.parse(s.to) - now));
  const nearest = shifts.reduce<Shift | undefined>((best, s) => best && far(best) <= far(s) ? best : s, undefined);
  return nearest ? dateOf(new Date(now + begins(nearest) * minute).toISOString()) : dateOf(ownClock(now));
}

/** The city of a zone, as people name it. */
export const cityOf = (zone: string): string => zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');

/** What a preview shows of one date: shifts that start on it, or the part of one that takes days. */
export interface Part { shift: Shift; from: string; to: string; begins: boolean; ends: boolean }

const midnight = (date: string): string => `${date}T00:00:00`;

/** The parts of a shift by the dates that they stand at. One of a day at most is shown whole where it starts. */
function partsOf(shift: Shift): Part[] {
  if (wallLength(shift) <= 24 * 60) return [{ shift, from: shift.localFrom, to: shift.localTo, begins: true, ends: true }];
  const parts: Part[] = [];
  for (let from = shift.localFrom; from < shift.localTo;) {
    const next = midnight(later(dateOf(from), 1));
    const to = next < shift.localTo ? next : shift.localTo;
    parts.push({ shift, from, to, begins: from === shift.localFrom, ends: to === shift.localTo });
    from = to;
  }
  return parts;
}

/** So many dates from one on, with what is on each, and first what still goes on from the day before. */
export function byDate(shifts: Shift[], first: string, n: number, now: number): { date: string; parts: Part[] }[] {
  const parts = shifts.flatMap(partsOf);
  const dates = Array.from({ length: n }, (_, i) => later(first, i));
  const goesOn = parts.filter((p) => dateOf(p.from) === later(first, -1) && p.to > midnight(first) && Date.parse(p.shift.to) > now);
  return [
    ...(goesOn.length ? [{ date: later(first, -1), parts: goesOn }] : []),
    ...dates.map((date) => ({ date, parts: parts.filter((p) => dateOf(p.from) === date) })),
  ];
}
