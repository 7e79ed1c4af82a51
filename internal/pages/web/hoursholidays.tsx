// The days on which nobody of a business works. Settings hold the list and send it.
import { useRef, useState } from 'preact/hooks';
import { dateOf, ownClock, wallDay } from './hourclock';
import { Icon, type Wrong } from './parts';
import { say } from './words';

/** As many as the API takes. */
const most = 366;

interface HolidaysProps {
  /** Dates such as 2026-12-25, in any order. */
  value: string[];
  set: (dates: string[]) => void;
  /** What the API said, such as of `holidays[0]`. */
  wrong: Wrong;
  language: string | null;
}

/** A list of dates as inputs. Each keeps its place in what is sent, so that faults stay beside it. */
export function Holidays({ value, set, wrong, language }: HolidaysProps) {
  const [open, show] = useState(false);
  const list = useRef<HTMLUListElement>(null), button = useRef<HTMLButtonElement>(null);
  // Those that were past when the form was opened: a year that is being typed is long ago for a moment.
  const [gone] = useState(() => new Set(value.filter((d) => d < dateOf(ownClock(Date.now())))));
  const rows = value.map((date, at) => ({ date, at }));
  const past = rows.filter(({ date, at }) => gone.has(date) && !wrong[`holidays[${at}]`]);
  const coming = rows.filter((r) => !past.includes(r));
  const add = () => {
    set([...value, '']);
    setTimeout(() => list.current?.querySelector<HTMLInputElement>('li:last-child input')?.focus());
  };
  const row = ({ date, at }: { date: string; at: number }) => (
    <Holiday key={at} at={at} date={date} language={language} wrong={wrong[`holidays[${at}]`] ?? []}
      put={(d) => set(value.with(at, d))} remove={() => { set(value.toSpliced(at, 1)); button.current?.focus(); }} />
  );
  return (
    <fieldset class="holidays">
      <legend>{say('holidays.title')}</legend>
      <p class="hint">{say('holidays.why')}</p>
      <div role="alert">{wrong['holidays']?.map((w) => <p class="wrong">{say('holidays.title')} {w}</p>)}</div>
      {value.length === 0 && <p class="empty">{say('holidays.none')}</p>}
      {past.length > 0 && (
        <details open={open} onToggle={(e) => show(e.currentTarget.open)}>
          <summary>{say('holidays.past', { n: past.length })}</summary>
          {open && <ul class="dates">{past.map(row)}</ul>}
        </details>
      )}
      <ul class="dates" ref={list}>{coming.map(row)}</ul>
      {value.length < most ? <p><button type="button" ref={button} onClick={add}><Icon name="plus" />{say('holidays.add')}</button></p> : <p class="hint">{say('holidays.most')}</p>}
    </fieldset>
  );
}

interface HolidayProps { at: number; date: string; language: string | null; wrong: string[]; put: (date: string) => void; remove: () => void }

function Holiday({ at, date, language, wrong, put, remove }: HolidayProps) {
  const label = say('holidays.date', { n: at + 1 });
  const said = date && wallDay(date, language);
  return (
    <li>
      <div class="row">
        <input type="date" name={`holidays[${at}]`} aria-label={label} value={date} aria-invalid={wrong.length > 0} aria-describedby={`holiday-${at}`} onInput={(e) => put(e.currentTarget.value)} />
        <button type="button" class="quiet" aria-label={say('holidays.remove', { date: said || String(at + 1) })} onClick={remove}><Icon name="trash-2" /><span>{say('hours.remove')}</span></button>
      </div>
      <div id={`holiday-${at}`} class="about">{said && <span>{said}</span>}{wrong.map((w) => <p class="wrong">{label} {w}</p>)}</div>
    </li>
  );
}
