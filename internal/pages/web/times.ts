// Times in the words of a language.

/** The time of day; with seconds where somebody counts them. */
export const time = (at: string | number, language: string | null, seconds = false): string =>
  new Date(at).toLocaleTimeString(language || undefined, { hour: '2-digit', minute: '2-digit', ...(seconds ? { second: '2-digit' } : {}) });

/** The time of day, and the day where it is another than today. */
export function dayTime(at: string | number, language: string | null): string {
  const d = new Date(at);
  if (d.toDateString() === new Date().toDateString()) return time(at, language);
  return d.toLocaleString(language || undefined, { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
}

const units = [['day', 86_400], ['hour', 3600], ['minute', 60]] as const;

/** How long ago it was, or how long it is until then: "in 3 hours". */
export function ago(at: string | number, language: string | null): string {
  const seconds = (new Date(at).getTime() - Date.now()) / 1000;
  const words = new Intl.RelativeTimeFormat(language || undefined, { numeric: 'auto' });
  const [unit, size] = units.find(([, n]) => Math.abs(seconds) >= n) ?? units[2];
  return words.format(Math.trunc(seconds / size), unit);
}

/** The day, where the time of it is not known. */
export const day = (at: string | number, language: string | null): string =>
  new Date(at).toLocaleDateString(language || undefined, { weekday: 'short', day: 'numeric', month: 'short' });
