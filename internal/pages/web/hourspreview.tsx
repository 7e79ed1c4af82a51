// When somebody really is on shift, by the server: on the member's clock, and on that of whoever
// looks where it shows another time.
import { Fragment } from 'preact';
import { AsOf, Unread, Waiting } from './asof';
import { type Part, type Shift, byDate, cityOf, dateOf, jumpBetween, jumpsWithin, later, offsetsAround, ownClock, realLength, today, wallDay, wallLength, wallTime } from './hourclock';
import { type Resource } from './resource';
import { type Hours } from './week';
import { length } from './weekgrid';
import { say } from './words';

export interface ShiftList { items: Shift[]; timeZoneData: string }

/** How many days it shows. */
const shown = 14;

const day = 24 * 3_600_000;

/** Where the shifts of these days are: from the day before, in which one may have begun that goes on, whatever zone it is. */
export function previewPath(id: string, now: number): string {
  const at = (n: number) => new Date((Math.floor(now / day) + n) * day).toISOString().replace('.000', '');
  return `/v1/members/${id}/working-hours/preview?from=${at(-2)}&to=${at(shown + 2)}`;
}

/** Whether whoever looks has another clock. */
const isOther = (s: Shift): boolean => ownClock(s.from) !== s.localFrom || ownEnd(s.to) !== s.localTo;

/** What the clock of whoever looks shows when a shift ends: before a jump at that very moment, as the server tells it. */
const ownEnd = (to: string): string => new Date(Date.parse(`${ownClock(Date.parse(to) - 1000)}Z`) + 1000).toISOString().slice(0, 19);

interface PreviewProps { list: Resource<ShiftList>; stored: Hours | null; zone: string; holidays: string[]; dirty: boolean; language: string | null }

export function Preview({ list, stored, zone, holidays, dirty, language }: PreviewProps) {
  const { value, at, failed, again } = list;
  return (
    <section class="preview" aria-labelledby="preview">
      <h2 id="preview">{say('hours.preview')}</h2>
      <p class="hint">{say('hours.preview.why', { place: cityOf(zone) })} {value && say('hours.preview.data', { release: value.timeZoneData })}</p>
      {dirty && <p class="bar warn">{say('hours.preview.dirty')}</p>}
      {value && <AsOf at={at} failed={failed} language={language} />}
      {value ? <Days shifts={value.items} zone={zone} stored={stored} holidays={holidays} language={language} /> : failed ? <Unread failed={failed} again={again} /> : <Waiting />}
    </section>
  );
}

interface DaysProps { shifts: Shift[]; zone: string; stored: Hours | null; holidays: string[]; language: string | null }

function Days({ shifts, zone, stored, holidays, language }: DaysProps) {
  const now = Date.now();
  const days = byDate(shifts, today(shifts, now), shown, now);
  const marked = new Set<Shift>();
  const exceptions = new Set(stored?.exceptions?.map((e) => e.date));
  return (
    <>
      {days.every((d) => d.parts.length === 0) && <p class="empty">{say('hours.preview.none')}</p>}
      {shifts.some((s) => isOther(s) && wallLength(s) <= 24 * 60) && <p class="clocks soft" aria-hidden="true"><span>{cityOf(zone)}</span><span>{say('hours.preview.yours')}</span></p>}
      <ol class="fourteen">
        {days.map(({ date, parts }) => (
          <li key={date}>
            <span class="date">{wallDay(date, language)}</span>
            <div>
              {parts.map((p) => {
                const first = !marked.has(p.shift);
                marked.add(p.shift);
                return (
                  <Fragment key={p.from}>
                    {first && <JumpBefore before={shifts[shifts.indexOf(p.shift) - 1]} shift={p.shift} />}
                    <p class="part"><span>{partWords(p, language)}</span><Yours part={p} language={language} /></p>
                    <JumpsWithin part={p} only={isWhole(p) ? undefined : date} />
                  </Fragment>
                );
              })}
              {parts.length === 0 && <p class="soft">{say('hours.preview.off')}</p>}
              {(exceptions.has(date) || holidays.includes(date)) && (
                <p class="tags">{holidays.includes(date) && <span class="tag">{say('hours.preview.holiday')}</span>}{exceptions.has(date) && <span class="tag">{say('hours.preview.exception')}</span>}</p>
              )}
            </div>
          </li>
        ))}
      </ol>
    </>
  );
}

/** The hours of a part on the member's clock. */
function partWords({ from, to, begins, ends }: Part, language: string | null): string {
  const midnight = from.endsWith('T00:00:00');
  if (!begins || !ends) {
    if (ends && !to.endsWith('T00:00:00')) return say('hours.preview.until', { time: wallTime(to, language) });
    return midnight ? say('hours.preview.allDay') : say('hours.preview.from', { time: wallTime(from, language) });
  }
  return midnight && to === `${later(dateOf(from), 1)}T00:00:00` ? say('hours.preview.allDay') : spanOf(from, to, language);
}

/** From when to when on one clock; midnight ends the day. */
function spanOf(from: string, to: string, language: string | null): string {
  const span = say('hours.span', { from: wallTime(from, language), to: wallTime(to, language, true) });
  return dateOf(to) > dateOf(from) && !to.endsWith('T00:00:00') ? say('hours.next', { span }) : span;
}

/** The same on the clock of whoever looks, with the day where that is another one. */
function Yours({ part: { shift, from, begins, ends }, language }: { part: Part; language: string | null }) {
  if (!isOther(shift) || !begins && !ends) return null;
  const ownFrom = ownClock(shift.from), ownTo = ownEnd(shift.to);
  const at = (text: string) => `${dateOf(text) === dateOf(from) ? '' : `${wallDay(text, language)} `}${wallTime(text, language)}`;
  const words = begins && ends ? spanOf(ownFrom, ownTo, language) : say(begins ? 'hours.preview.from' : 'hours.preview.until', { time: at(begins ? ownFrom : ownTo) });
  const day = begins && ends && dateOf(ownFrom) !== dateOf(from) ? ` (${wallDay(ownFrom, language)})` : '';
  return <span class="yours soft"><span class="what">{say('hours.preview.yours')} </span>{words}{day}</span>;
}

/** A change of the clock since the shift before. */
function JumpBefore({ before, shift }: { before: Shift | undefined; shift: Shift }) {
  const jump = jumpBetween(before, shift);
  if (!before || jump === 0) return null;
  return <p class="jump"><span class="tag">{say('hours.jump.tag')}</span> {say(jump > 0 ? 'hours.jump.forward' : 'hours.jump.back', { time: length(Math.abs(jump)), ...offsetsAround(before, shift) })}</p>;
}

/** Whether a part is all of its shift, so that whatever happens in it is told of there. */
const isWhole = ({ begins, ends }: Part): boolean => begins && ends;

/** Changes of the clock during a shift, which is shorter or longer by them; of one that takes days only those of one date. */
function JumpsWithin({ part: { shift }, only }: { part: Part; only: string | undefined }) {
  return jumpsWithin(shift).filter(({ date }) => !only || date === only).map(({ date, jump }) => (
    <p class="jump" key={date}>
      <span class="tag">{say('hours.jump.tag')}</span> {say(jump > 0 ? 'hours.jump.in.forward' : 'hours.jump.in.back', { time: length(Math.abs(jump)) })}
      {wallLength(shift) <= 24 * 60 && <> {say('hours.jump.real', { time: length(realLength(shift)) })}</>}
    </p>
  ));
}
