// Working hours of one member: whether they are on shift, the week as a picture and as inputs, what
// comes of it in the next days.
import { useEffect, useRef } from 'preact/hooks';
import { type Availability, type Member } from './api';
import { AsOf, Unread, Waiting } from './asof';
import { Conflict, Save } from './editing';
import { cityOf, dateOf, dayName, ownClock, today, wallDay, wallTime } from './hourclock';
import { type HoursForm, useHours } from './hoursediting';
import { Entries } from './hoursentries';
import { Exceptions } from './hoursexceptions';
import { CopyToOthers } from './hoursothers';
import { Preview, type ShiftList, previewPath } from './hourspreview';
import { ZoneField } from './hourszone';
import type { ScreenProps } from './office';
import { Link, useTitle } from './parts';
import { useResource } from './resource';
import { type Hours, days, lengthOf, spansOf } from './week';
import { Week, spanWords } from './weekgrid';
import { say } from './words';

/** A member as this screen needs one. */
export interface Worker extends Member { workingHours: Hours | null }

interface Account { timeZone: string; timeZoneData: string; holidays: string[] }

/** How often availability is looked at, in milliseconds. */
const shown = 15_000, hidden = 60_000;

export function HoursPage({ me, id }: ScreenProps) {
  const manages = me.role !== 'staff', own = !manages && id === me.id;
  const places = { member: own ? '/v1/me' : `/v1/members/${id}`, hours: own ? '/v1/me/working-hours' : `/v1/members/${id}/working-hours` };
  const member = useResource<Worker>(places.member, shown, hidden);
  const account = useResource<Account>('/v1/account');
  const failed = member.failed || account.failed;
  useTitle(say('hours.title'));
  return (
    <main class="wide hours">
      <p><Link to={manages ? `/team/${id}` : '/me'}>{say('back')}</Link></p>
      {member.value && <AsOf at={member.at} failed={member.failed} language={me.language} />}
      {member.value && account.value
        ? <Known me={me} member={member.value} account={account.value} places={places} again={member.again} />
        : <><h1>{say('hours.title')}</h1>{failed ? <Unread failed={failed} again={() => { member.again(); account.again(); }} /> : <Waiting />}</>}
    </main>
  );
}

interface KnownProps { me: Member; member: Worker; account: Account; places: { member: string; hours: string }; again: () => void }

function Known({ me, member, account, places, again }: KnownProps) {
  const list = useResource<ShiftList>(previewPath(member.id, Date.now()), 60_000, 300_000);
  const e = useHours(places, member.workingHours, account.timeZone, again);
  const text = JSON.stringify(member.workingHours), seen = useRef(text);
  useEffect(() => {
    if (seen.current !== text) list.again();
    seen.current = text;
  }, [text]);
  const zone = member.workingHours?.timeZone ?? account.timeZone;
  return (
    <>
      <header class="hours-head">
        <h1>{say('hours.of', { name: `${member.firstName} ${member.lastName}` })}</h1>
        <Now a={member.availability} hours={member.workingHours} shifts={list.value} zone={zone} language={me.language} />
        {member.workingHours?.unreadable && <p class="bar bad">{say('hours.unreadable', { release: account.timeZoneData, zone })}</p>}
      </header>
      <div class="hours-both">
        {e.stored === undefined ? (e.failed ? <Unread failed={e.failed} again={e.again} /> : <Waiting />) : <Form me={me} member={member} e={e} />}
        <Preview list={list} stored={member.workingHours} zone={zone} holidays={account.holidays} dirty={e.changed} language={me.language} />
      </div>
    </>
  );
}

interface NowProps { a: Availability; hours: Hours | null; shifts: ShiftList | undefined; zone: string; language: string | null }

/** Whether somebody is on shift, until when or from when: on their clock, and on that of whoever looks. */
function Now({ a, hours, shifts, zone, language }: NowProps) {
  const at = a.onShift ? a.shiftEndsAt : a.nextShiftAt;
  const of = at && shifts?.items.find((s) => (a.onShift ? s.to : s.from) === at);
  const local = of ? (a.onShift ? of.localTo : of.localFrom) : undefined;
  const date = shifts && today(shifts.items, Date.now());
  const words = (text: string, on: string | undefined) => (dateOf(text) === on ? wallTime(text, language) : `${wallDay(text, language)} ${wallTime(text, language)}`);
  const mine = at ? ownClock(at) : undefined;
  // Before the shifts are known, and for one beyond them, there is the time of whoever looks alone.
  const time = local ?? mine, place = local ? cityOf(zone) : say('hours.yours.place');
  return (
    <p class="sentence" role="status">
      <strong>{!a.onShift && !at ? say('hours.off.never') : a.onShift && !at ? say(hours ? 'hours.on.open' : 'hours.on.always') : say(a.onShift ? 'hours.on' : 'hours.off', { time: words(time!, local ? date : dateOf(ownClock(Date.now()))), place })}</strong>
      {local && mine !== local && <> {say('hours.yours', { time: words(mine!, dateOf(ownClock(Date.now()))) })}</>}
    </p>
  );
}

interface FormProps { me: Member; member: Worker; e: ReturnType<typeof useHours> }

function Form({ me, member, e }: FormProps) {
  const form = e.form!, language = me.language;
  const at = useRef<HTMLFormElement>(null);
  useEffect(() => { if (Object.keys(e.wrong).length > 0) at.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus(); }, [e.wrong]);
  const moved = (change: Partial<HoursForm>) => { // what was wrong stands elsewhere now
    e.forgive();
    e.put(change);
  };
  return (
    <form ref={at} class="hours-form" noValidate aria-label={say('hours.title')} aria-busy={e.busy} onSubmit={(event) => { event.preventDefault(); if (!e.busy) e.save(); }}>
      <Mode form={form} put={e.put} drops={form.always && Boolean(e.stored)} />
      {!form.always && (
        <>
          <ZoneField value={form.timeZone} set={(timeZone) => e.put({ timeZone })} wrong={e.wrong} language={language} />
          <Week entries={form.entries} dirty={e.changed} set={(entries) => moved({ entries })} language={language} />
          <Entries entries={form.entries} put={(entries) => e.put({ entries })} moved={(entries) => moved({ entries })} wrong={e.wrong} language={language} />
          <Exceptions list={form.exceptions} put={(exceptions) => e.put({ exceptions })} moved={(exceptions) => moved({ exceptions })} wrong={e.wrong} language={language} />
        </>
      )}
      <div role="alert">{e.wrong['']?.map((w) => <p class="wrong">{w}</p>)}</div>
      <Conflict editing={e} rows={(f) => rowsOf(f, language)} />
      <Save editing={e} />
      {me.role !== 'staff' && <CopyToOthers of={member} stored={e.stored ?? null} dirty={e.changed} />}
    </form>
  );
}

function Mode({ form, put, drops }: { form: HoursForm; put: (change: Partial<HoursForm>) => void; drops: boolean }) {
  return (
    <fieldset class="mode">
      <legend>{say('hours.mode')}</legend>
      {([true, false] as const).map((always) => (
        <label class="check" key={String(always)}>
          <input type="radio" name="mode" checked={form.always === always} onChange={() => put({ always })} />
          <span>{say(always ? 'hours.mode.always' : 'hours.mode.hours')}<br /><span class="soft">{say(always ? 'hours.mode.always.why' : 'hours.mode.hours.why')}</span></span>
        </label>
      ))}
      <p class="warning" role="status">{drops && say('hours.mode.drop')}</p>
    </fieldset>
  );
}

/** What two versions are compared by. */
function rowsOf(f: HoursForm, language: string | null): [string, string][] {
  const mode: [string, string] = [say('hours.mode'), say(f.always ? 'hours.mode.always' : 'hours.mode.hours')];
  if (f.always) return [mode];
  const spans = (list: { start: string; end: string }[]) => list.map((s) => spanWords(s, language)).join(' · ') || say('hours.off.day');
  return [
    mode, [say('zone.label'), f.timeZone],
    ...days.map((d, i): [string, string] => [dayName(i, language, 'long'), spans(spansOf(f.entries, d))]),
    ...f.exceptions.map((x): [string, string] => [x.date ? wallDay(x.date, language) : '–', spans(x.entries.filter((s) => lengthOf(s) !== undefined))]),
  ];
}
