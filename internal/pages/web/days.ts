// Days that somebody chose, as moments. They are days of the clock that all times of a page are by.

/** Whether it is a day of the calendar. */
const isDay = (day: string): boolean => {
  const at = new Date(`${day}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day); // no 30th of February
};

/** A day that an address names, where it is one: an address may hold anything. */
export const dayIn = (query: URLSearchParams, name: string): string => {
  const day = query.get(name) ?? '';
  return isDay(day) ? day : '';
};

/** The first moment of a day such as 2026-11-22, or of one so many days later; nothing of what is no day. */
export function momentOf(day: string, later = 0): string {
  if (!isDay(day)) return '';
  const [y, m, d] = day.split('-').map(Number);
  const at = new Date(y!, m! - 1, d! + later).toISOString().replace('.000Z', 'Z');
  return /^\d{4}-/.test(at) ? at : ''; // no later than the API can be asked for
}
