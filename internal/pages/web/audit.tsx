// The audit: who changed what, in sentences, the newest first and by days.
import { type Member } from './api';
import { AsOf, Unread, Waiting } from './asof';
import { type Entry, changesOf, keyOf, kinds, sentenceOf } from './auditentry';
import { dayIn, momentOf } from './days';
import { choicesOf, useEverybody } from './everybody';
import { Pick, Text } from './fields';
import { More, useMore } from './more';
import { Link, type Wrong, useTitle } from './parts';
import { useResource } from './resource';
import { go, useQuery } from './router';
import { time } from './times';
import { say } from './words';

const names = ['memberId', 'what', 'from', 'to'] as const;
type Filter = Record<(typeof names)[number], string>;

const filterOf = (query: URLSearchParams): Filter => Object.fromEntries(names.map((name) => [name, name === 'from' || name === 'to' ? dayIn(query, name) : query.get(name) ?? ''])) as Filter;

function goFilter(f: Filter): void {
  const query = new URLSearchParams(names.filter((name) => f[name]).map((name) => [name, f[name]]));
  go(`/audit${query.size ? `?${query}` : ''}`, true);
}

const groups = ['account', 'member', 'department', 'escalation', 'connection', 'key', 'access'] as const;

/** What is asked of the API. A group stands for all of its kinds. */
function callOf(f: Filter): string {
  const query = new URLSearchParams({ limit: '50' });
  if (f.memberId) query.set('memberId', f.memberId);
  const chosen = groups.some((g) => g === f.what) ? kinds.filter((k) => k.startsWith(`${f.what}.`)) : f.what ? [f.what] : [];
  for (const kind of chosen) query.append('what', kind);
  for (const [name, at] of [['from', momentOf(f.from)], ['to', momentOf(f.to, 1)]] as const) if (at) query.set(name, at);
  return `/v1/audit?${query}`;
}

const order = { keyOf, behind: (e: Entry, last: Entry) => e.at <= last.at };

export function Audit({ me }: { me: Member }) {
  useTitle(say('audit.title'));
  const filter = filterOf(useQuery());
  const address = callOf(filter);
  const { value: page, at, failed, wrong, again } = useResource<{ items: Entry[]; nextCursor?: string }>(address, 15_000, 60_000);
  const more = useMore(address, page, order);
  const chosen = names.some((name) => filter[name]);
  const why = Object.keys(wrong).length > 0 ? say('log.wrong') : failed;
  return (
    <main class="wide audit">
      <h1>{say('audit.title')}</h1>
      <p class="soft">{say('audit.why')}</p>
      <Filters filter={filter} chosen={chosen} wrong={wrong} />
      {page && <AsOf at={at} failed={why} language={me.language} />}
      {!page && (failed ? <Unread failed={why} again={again} /> : <Waiting />)}
      {page && more.all.length === 0 && <p class="empty">{say(chosen ? 'log.none.here' : 'audit.none')}</p>}
      <Days items={more.all} language={me.language} />
      <More more={more} />
    </main>
  );
}

function Filters({ filter, chosen, wrong }: { filter: Filter; chosen: boolean; wrong: Wrong }) {
  const people = useEverybody(true);
  const put = (change: Partial<Filter>) => goFilter({ ...filter, ...change });
  const whats: [string, string][] = [['', say('log.any')], ...groups.map((g): [string, string] => [g, say(`audit.group.${g}`)]), ...kinds.map((k): [string, string] => [k, say(`audit.kind.${k}`)])];
  if (!whats.some(([value]) => value === filter.what)) whats.push([filter.what, filter.what]);
  return (
    <div class="filters log-filters">
      <Pick name="memberId" label={say('log.member')} wrong={wrong} value={filter.memberId} set={(memberId) => put({ memberId })} options={choicesOf(people, filter.memberId, say('log.anyone'), say('log.former'))} />
      <Pick name="what" label={say('audit.what')} wrong={wrong} value={filter.what} set={(what) => put({ what })} options={whats} />
      <Text name="from" label={say('log.from')} type="date" optional wrong={wrong} value={filter.from} set={(from) => put({ from })} />
      <Text name="to" label={say('log.to')} type="date" optional wrong={wrong} value={filter.to} set={(to) => put({ to })} />
      {chosen && <button class="quiet clear" onClick={() => goFilter(filterOf(new URLSearchParams()))}>{say('log.clear')}</button>}
    </div>
  );
}

interface DaysProps { items: Entry[]; language: string | null }

/** A list for each day. */
function Days({ items, language }: DaysProps) {
  const days = new Map<string, Entry[]>();
  for (const e of items) {
    const day = new Date(e.at).toDateString();
    days.set(day, [...days.get(day) ?? [], e]);
  }
  return <>{[...days].map(([day, entries]) => (
    <section key={day} aria-label={dayOf(entries[0]!.at, language)}>
      <h2>{dayOf(entries[0]!.at, language)}</h2>
      <ol class="changes">{entries.map((e, i) => <Row key={`${i}${keyOf(e)}`} e={e} language={language} />)}</ol>
    </section>
  ))}</>;
}

const dayOf = (at: string, language: string | null): string => new Date(at).toLocaleDateString(language || undefined, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

/** The hour that begins then: what is counted by the hour happened at some time within it. Each end is written by itself,
 * since a range that passes midnight would have its days in it. */
function hourOf(at: string, language: string | null): string {
  const clock = new Intl.DateTimeFormat(language || undefined, { hour: '2-digit', minute: '2-digit' });
  return [0, 3_600_000].map((later) => clock.format(Date.parse(at) + later)).join('–');
}

function Row({ e, language }: { e: Entry; language: string | null }) {
  const changes = changesOf(e, language);
  return (
    <li>
      <time dateTime={e.at}>{e.what.startsWith('access.') ? hourOf(e.at, language) : time(e.at, language, true)}</time>
      <div>
        <p><bdi>{sentenceOf(e, language)}</bdi>{e.target.startsWith('esc_') && <> <Link to={`/log/${e.target}`}>{say('audit.see')}</Link></>}</p>
        {changes.length > 0 && <ul>{changes.map((c) => <li key={c}><bdi>{c}</bdi></li>)}</ul>}
      </div>
    </li>
  );
}
