// Days that somebody chose, as moments. They are days of the clock that all times of a page are by.

/** The first moment of a day such as 2026-11-22, or of one so many days later; nothing of what is no day. */
export function momentOf(day: string, later = 0): string {
  const [, y, m, d] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(day) ?? [];
  if (!y) return '';
  const at = new Date(Number(y), Number(m) - 1, Number(d) + later);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString().replace('.000Z', 'Z');
}
