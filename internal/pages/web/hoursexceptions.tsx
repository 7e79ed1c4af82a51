// Dates that are unlike the week: off, or with hours of their own.
import { useRef, useState } from 'preact/hooks';
import { Text } from './fields';
import { dateOf, ownClock, wallDay } from './hourclock';
import { SpanInputs, mostEntries } from './hoursentries';
import { Icon, type Wrong } from './parts';
import { type Exception } from './week';
import { say } from './words';

/** As many as the API takes. */
const most = 366;

interface ExceptionsProps { list: Exception[]; put: (list: Exception[]) => void; moved: (list: Exception[]) => void; wrong: Wrong; language: string | null }

/** The list. put changes what stands there, moved also which stands where. */
export function Exceptions({ list, put, moved, wrong, language }: ExceptionsProps) {
  // Those that were past when the form was opened: a year that is being typed is long ago for a moment.
  const [gone] = useState(() => new Set(list.map((e) => e.date).filter((d) => d < dateOf(ownClock(Date.now())))));
  const [open, show] = useState(false);
  const coming = useRef<HTMLDivElement>(null), add = useRef<HTMLButtonElement>(null);
  const more = () => {
    moved([...list, { date: '', entries: [] }]);
    setTimeout(() => coming.current?.querySelector<HTMLInputElement>('fieldset:last-of-type input')?.focus());
  };
  const rows = list.map((e, at) => ({ e, at }));
  const isPast = ({ e, at }: (typeof rows)[number]) => gone.has(e.date) && !Object.keys(wrong).some((field) => field.startsWith(`exceptions[${at}]`));
  const past = rows.filter(isPast);
  const row = ({ e, at }: (typeof rows)[number]) => (
    <OneException key={at} at={at} e={e} put={(n) => put(list.with(at, n))} moved={(n) => moved(list.with(at, n))} wrong={wrong} language={language} remove={() => {
      moved(list.toSpliced(at, 1));
      add.current?.focus();
    }} />
  );
  return (
    <section class="exceptions" aria-labelledby="exceptions">
      <h2 id="exceptions">{say('hours.exceptions')}</h2>
      <p class="hint">{say('hours.exceptions.why')}</p>
      <div role="alert">{wrong['exceptions']?.map((w) => <p class="wrong">{say('hours.exceptions')} {w}</p>)}</div>
      {list.length === 0 && <p class="empty">{say('hours.exceptions.none')}</p>}
      {past.length > 0 && (
        <details open={open} onToggle={(e) => show(e.currentTarget.open)}>
          <summary>{say('hours.exception.past', { n: past.length })}</summary>
          {open && past.map(row)}
        </details>
      )}
      <div class="list-of" ref={coming}>{rows.filter((r) => !isPast(r)).map(row)}</div>
      <p class="row"><button type="button" ref={add} disabled={list.length >= most} onClick={more}><Icon name="plus" />{say('hours.exception.add')}</button></p>
      {list.length >= most && <p class="hint">{say('hours.exceptions.most')}</p>}
    </section>
  );
}

interface OneProps { at: number; e: Exception; put: (e: Exception) => void; moved: (e: Exception) => void; remove: () => void; wrong: Wrong; language: string | null }

function OneException({ at, e, put, moved, remove, wrong, language }: OneProps) {
  const name = `exceptions[${at}]`;
  const day = e.date && wallDay(e.date, language);
  return (
    <fieldset class="entry-of">
      <legend>{day || say('hours.exception', { n: at + 1 })}</legend>
      {[name, `${name}.entries`].flatMap((f) => wrong[f] ?? []).map((w) => <p class="wrong">{say('hours.exception', { n: at + 1 })} {w}</p>)}
      <div class="span">
        <Text type="date" name={`${name}.date`} label={say('hours.exception.date')} value={e.date} set={(date) => put({ ...e, date })} wrong={wrong} />
        <label class="check"><input type="checkbox" checked={e.entries.length === 0} onChange={(c) => moved({ ...e, entries: c.currentTarget.checked ? [] : [{ start: '09:00', end: '13:00' }] })} />{say('hours.exception.off')}</label>
      </div>
      {e.entries.map((s, j) => (
        <div class="one" key={j}>
          <SpanInputs name={`${name}.entries[${j}]`} value={s} put={(n) => put({ ...e, entries: e.entries.with(j, n) })} wrong={wrong} />
          {e.entries.length > 1 && <button type="button" class="quiet" aria-label={say('hours.remove.entry', { n: j + 1 })} onClick={() => moved({ ...e, entries: e.entries.toSpliced(j, 1) })}><Icon name="x" /></button>}
        </div>
      ))}
      <p class="row does">
        {e.entries.length > 0 && e.entries.length < mostEntries && <button type="button" class="quiet" onClick={() => moved({ ...e, entries: [...e.entries, { start: '14:00', end: '17:30' }] })}><Icon name="plus" />{say('hours.exception.span')}</button>}
        <button type="button" class="quiet" aria-label={say('hours.exception.remove', { n: at + 1 })} onClick={remove}><Icon name="trash-2" />{say('hours.remove')}</button>
      </p>
    </fieldset>
  );
}
