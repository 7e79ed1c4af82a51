// The week as a picture of the list of entries: a day a line, the hours of the day along it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Confirm } from './confirm';
import { clockTime, dayName } from './hourclock';
import { Icon } from './parts';
import { type Day, type Entry, type Span, blocksOf, copyDay, days, isOvernight, lengthOf, ofWeek, span, spansOf } from './week';
import { say } from './words';

/** A length of time in hours and minutes. */
export function length(minutes: number): string {
  const h = Math.floor(minutes / 60), m = minutes % 60;
  if (m === 0) return say('hours.length.h', { h });
  return h === 0 ? say('hours.length.m', { m }) : say('hours.length.hm', { h, m });
}

/** From when to when, in words. */
export function spanWords(s: Span, language: string | null): string {
  const words = say('hours.span', { from: clockTime(s.start, language), to: clockTime(s.end === '00:00' ? '24:00' : s.end, language) });
  return isOvernight(s) ? say('hours.next', { span: words }) : words;
}

interface WeekProps { entries: Entry[]; dirty: boolean; set: (entries: Entry[]) => void; language: string | null }

/** The grid. Its hours lead to the inputs that they come from. */
export function Week({ entries, dirty, set, language }: WeekProps) {
  const [copied, copy] = useState<Day>();
  const [said, tell] = useState('');
  useEffect(() => { if (!dirty) tell(''); }, [dirty]);
  return (
    <section class="week" aria-labelledby="week">
      <h2 id="week">{say('hours.week')} <span class="count">{say('hours.week.total', { time: length(ofWeek(entries)) })}</span></h2>
      <p class="said" role="status">{said}</p>
      <table>
        <thead><tr><th scope="col">{say('hours.day')}</th><th scope="col"><span class="unseen">{say('hours.times')}</span><Ruler language={language} /></th><td /></tr></thead>
        <tbody>
          {days.map((day, i) => (
            <tr key={day}>
              <th scope="row">{dayName(i, language)}</th>
              <td><Track entries={entries} day={day} /><Words entries={entries} day={day} language={language} /></td>
              <td><button type="button" class="quiet" aria-label={say('hours.copy.of', { day: dayName(i, language, 'long') })} onClick={() => { tell(''); copy(day); }}><Icon name="copy" /></button></td>
            </tr>
          ))}
        </tbody>
      </table>
      {copied && <CopyDay day={copied} language={language} close={() => copy(undefined)} does={(to) => {
        set(copyDay(entries, copied, to));
        tell(say('hours.copied'));
        copy(undefined);
      }} />}
    </section>
  );
}

const Ruler = ({ language }: { language: string | null }) => (
  <span class="ruler" aria-hidden="true">{['00:00', '06:00', '12:00', '18:00', '24:00'].map((t) => <span key={t}>{clockTime(t, language).replace(/[:.]00/, '')}</span>)}</span>
);

/** Where the hours lie in a day. A picture alone: the words beside it say the same. */
function Track({ entries, day }: { entries: Entry[]; day: Day }) {
  return (
    <svg class="track" aria-hidden="true" viewBox="0 0 1440 10" preserveAspectRatio="none">
      {[360, 720, 1080].map((x) => <line key={x} x1={x} x2={x} y1={0} y2={10} />)}
      {blocksOf(entries, day).map((b) => (
        <rect key={`${b.entry}${b.tail}`} class={b.tail ? 'tail' : ''} x={b.from} width={b.to - b.from} y={0} height={10} onClick={() => document.getElementsByName(`entries[${b.entry}].start`)[0]?.focus()} />
      ))}
    </svg>
  );
}

function Words({ entries, day, language }: { entries: Entry[]; day: Day; language: string | null }) {
  const spans = spansOf(entries, day), tail = Math.max(0, ...blocksOf(entries, day).filter((b) => b.tail).map((b) => b.to));
  return (
    <ul class="spans">
      {tail > 0 && <li class="soft">{say('hours.tail', { time: clockTime(span(0, tail).end, language) })}</li>}
      {spans.map((s) => <li key={s.start + s.end}>{spanWords(s, language)}</li>)}
      {spans.length === 0 && tail === 0 && <li class="soft">{say('hours.off.day')}</li>}
    </ul>
  );
}

interface CopyDayProps { day: Day; language: string | null; does: (to: Day[]) => void; close: () => void }

/** Asks to which days a day is copied. */
function CopyDay({ day, language, does, close }: CopyDayProps) {
  const [to, set] = useState<Day[]>([]);
  const first = useRef<HTMLInputElement>(null);
  const others = days.filter((d) => d !== day), name = (d: Day) => dayName(days.indexOf(d), language, 'long');
  const sets = [['hours.copy.weekdays', others.filter((d) => d !== 'sat' && d !== 'sun')], ['hours.copy.all', others]] as const;
  const copy = () => { if (to.length > 0) does(to); else first.current?.focus(); };
  return (
    <Confirm title={say('hours.copy.title', { day: name(day) })} yes={say('hours.copy.do')} busy={false} wrong={{}} does={copy} close={close}>
      <p>{say('hours.copy.why')}</p>
      <p class="row">{sets.map(([word, all]) => <button key={word} type="button" onClick={() => set([...all])}>{say(word)}</button>)}</p>
      <fieldset class="choices">
        <legend class="sr">{say('hours.entry.days')}</legend>
        {others.map((d, i) => <label class="check" key={d}><input ref={i === 0 ? first : undefined} type="checkbox" checked={to.includes(d)} onChange={(e) => set(days.filter((x) => x === d ? e.currentTarget.checked : to.includes(x)))} />{name(d)}</label>)}
      </fieldset>
    </Confirm>
  );
}

/** How long each day of an entry is, in words; nothing while a time is missing. */
export function lengthWords(s: Span): string {
  const n = lengthOf(s);
  if (n === undefined) return '';
  return say(isOvernight(s) ? 'hours.entry.overnight' : 'hours.entry.length', { time: length(n) });
}
