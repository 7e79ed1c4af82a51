// Working hours as the audit keeps them, in words:
// "Asia/Kolkata 12345/0900-1300,1400-1730 6/1000-1400 20261224+7 20270115/1000-1200".
import { dateOf } from './auditentry';
import { say } from './words';

const clock = (hhmm: string): string => `${hhmm.slice(0, 2)}:${hhmm.slice(2)}`;

/** The windows of a day: "0900-1300,1400-1730". */
const windows = (list: string): string => list.split(',').map((w) => w.split('-').map(clock).join('–')).join(', ');

/** Monday is 1; the first of January 2024 was one. */
const dayName = (n: number, language: string | null): string => new Date(Date.UTC(2024, 0, n)).toLocaleDateString(language || undefined, { timeZone: 'UTC', weekday: 'short' });

/** "12345" is from Monday to Friday, "135" three days. */
function daysOf(digits: string, language: string | null): string {
  const runs: number[][] = [];
  for (const n of [...digits].map(Number)) {
    const last = runs.at(-1);
    if (last && last.at(-1) === n - 1) last.push(n);
    else runs.push([n]);
  }
  return runs.flatMap((run) => run.length > 2 ? [`${dayName(run[0]!, language)}–${dayName(run.at(-1)!, language)}`] : run.map((n) => dayName(n, language))).join(', ');
}

function groupOf(group: string, language: string | null): string {
  const [when = '', list] = group.split('/');
  const time = list ? windows(list) : say('audit.off');
  if (/^[1-7]+$/.test(when)) return `${daysOf(when, language)} ${time}`;
  const [, y, m, d, more] = /^(\d{4})(\d\d)(\d\d)(?:\+(\d+))?$/.exec(when) ?? [];
  if (!y) return group;
  const first = dateOf(`${y}-${m}-${d}`, language);
  if (!more) return `${first} ${time}`;
  const last = new Date(Date.UTC(Number(y), Number(m) - 1, Number(d) + Number(more))).toISOString().slice(0, 10);
  return `${first}–${dateOf(last, language)} ${time}`;
}

/** Their short form in words; a form of another version as it is. */
export function hoursInWords(compact: string, language: string | null): string {
  const [zone = '', ...groups] = compact.split(' ');
  return [...groups.map((g) => groupOf(g, language)), zone].join(' · ');
}
