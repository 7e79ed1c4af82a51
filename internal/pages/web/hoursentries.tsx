// The hours of the week as inputs: on which days, from when until when.
import { useRef } from 'preact/hooks';
import { Text } from './fields';
import { dayName } from './hourclock';
import { Icon, type Wrong, wrongWith } from './parts';
import { type Entry, type Span, days, lengthOf, minutes, span } from './week';
import { lengthWords } from './weekgrid';
import { say } from './words';

/** As many as the API takes. */
export const mostEntries = 50;

interface SpansProps { name: string; value: Span; put: (s: Span) => void; wrong: Wrong }

/** From when until when. Midnight at the end is 24:00, for which browsers have no word of their own. */
export function SpanInputs({ name, value, put, wrong }: SpansProps) {
  return (
    <div class="span">
      <Text type="time" name={`${name}.start`} label={say('hours.entry.start')} value={value.start} set={(start) => put({ ...value, start })} wrong={wrong} />
      <Text type="time" name={`${name}.end`} label={say('hours.entry.end')} value={value.end === '24:00' ? '00:00' : value.end} set={(end) => put({ ...value, end: end === '00:00' ? '24:00' : end })} wrong={wrong} />
      <p class="length soft">{lengthWords(value)}</p>
    </div>
  );
}

interface EntriesProps { entries: Entry[]; put: (entries: Entry[]) => void; moved: (entries: Entry[]) => void; wrong: Wrong; language: string | null }

/** The list. put changes what stands there, moved also which stands where. */
export function Entries({ entries, put, moved, wrong, language }: EntriesProps) {
  const list = useRef<HTMLDivElement>(null), add = useRef<HTMLButtonElement>(null);
  const more = () => {
    moved([...entries, { days: [], start: '09:00', end: '17:30' }]);
    setTimeout(() => list.current?.querySelector<HTMLInputElement>('fieldset:last-of-type input')?.focus());
  };
  const remove = (at: number) => {
    moved(entries.toSpliced(at, 1));
    add.current?.focus();
  };
  return (
    <section class="entries-of" aria-labelledby="entries">
      <h2 id="entries">{say('hours.entries')}</h2>
      <div role="alert">{wrong['entries']?.map((w) => <p class="wrong">{say('hours.entries')} {w}</p>)}</div>
      {entries.length === 0 && <p class="empty">{say('hours.entries.none')}</p>}
      <div class="list-of" ref={list}>
        {entries.map((e, i) => (
          <OneEntry key={i} at={i} entry={e} put={(n) => put(entries.with(i, n))} wrong={wrong} language={language}
            remove={() => remove(i)} split={entries.length < mostEntries ? () => moved(entries.toSpliced(i, 1, ...inTwo(e))) : undefined} />
        ))}
      </div>
      <p class="row"><button type="button" ref={add} disabled={entries.length >= mostEntries} onClick={more}><Icon name="plus" />{say('hours.add')}</button></p>
      {entries.length >= mostEntries && <p class="hint">{say('hours.entries.most')}</p>}
    </section>
  );
}

/** The least that is long enough for a break, in minutes. */
const breakable = 300;

/** An hour's break about the middle. */
function inTwo(e: Entry): Entry[] {
  const from = minutes(e.start)!, pause = Math.floor((from + lengthOf(e)! / 2) / 60) * 60;
  return [{ ...e, end: span(from, pause).end }, { ...e, start: span(pause + 60, pause).start }];
}

interface OneProps { at: number; entry: Entry; put: (e: Entry) => void; remove: () => void; split: (() => void) | undefined; wrong: Wrong; language: string | null }

function OneEntry({ at, entry, put, remove, split, wrong, language }: OneProps) {
  const name = `entries[${at}]`, about = `entry-${at}-days`;
  const faults = wrongWith(wrong, `${name}.days`);
  return (
    <fieldset class="entry-of">
      <legend>{say('hours.entry', { n: at + 1 })}</legend>
      {wrong[name]?.map((w) => <p class="wrong">{say('hours.entry', { n: at + 1 })} {w}</p>)}
      <div class="days" role="group" aria-label={say('hours.entry.days')}>
        {days.map((d, i) => (
          <label class="chip" key={d}>
            <input type="checkbox" name={`${name}.days`} checked={entry.days.includes(d)} aria-invalid={faults.length > 0} aria-describedby={about}
              onChange={(e) => put({ ...entry, days: days.filter((x) => x === d ? e.currentTarget.checked : entry.days.includes(x)) })} />
            <span>{dayName(i, language)}</span>
          </label>
        ))}
      </div>
      <div id={about} class="about">{faults.map((w) => <p class="wrong">{say('hours.entry.days')} {w}</p>)}</div>
      <SpanInputs name={name} value={entry} put={(s) => put({ ...entry, ...s })} wrong={wrong} />
      <p class="row does">
        {split && (lengthOf(entry) ?? 0) >= breakable && <button type="button" class="quiet" onClick={split}><Icon name="split" />{say('hours.entry.split')}</button>}
        <button type="button" class="quiet" aria-label={say('hours.remove.entry', { n: at + 1 })} onClick={remove}><Icon name="trash-2" />{say('hours.remove')}</button>
      </p>
    </fieldset>
  );
}
