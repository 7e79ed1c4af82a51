// Callbacks: whom to call back, by when, and what each of their conversations said.
import { useState } from 'preact/hooks';
import { type Member, call } from './api';
import { Icon, Theirs, type Wrong, useDoing, useTitle } from './parts';
import { useResource } from './resource';
import { go } from './router';
import { dayTime } from './times';
import { type Word, isWord, say } from './words';
import { type Customer, type Message } from './work';

interface Agent { id: string; firstName: string }
interface Attempt { at: string; memberId: string; firstName: string | null; outcome: string; note: string | null }
interface Entry { at: string; state: 'open' | 'helped' | 'taken_back'; escalationId: string; channel: 'call' | 'chat'; reason: string; summary: string; customer: Customer }

interface Callback {
  id: string; state: 'open' | 'claimed' | 'done' | 'dismissed'; departmentName: string | null; customer: Customer; summary: string; because: string;
  needsContact: boolean; dueAt: string; claimedBy: Agent | null; attempts: Attempt[]; attemptsCount: number; entries: Entry[]; entriesCount: number;
  joinedTo: string | null; updatedAt: string; createdAt: string; note: string | null;
  conversations?: { escalationId: string; at?: string; summary?: string; messages?: Message[] }[];
}

interface Page { items: Callback[]; nextCursor?: string; counts: { open: number; mine: number; overdue: number } }

const toIt = (id: string) => (e: Event) => { e.preventDefault(); go(`/callbacks/${id}`); };

/** How a callback's time stands: what is overdue comes first. */
function dueOf(c: Callback): 'overdue' | 'today' | 'later' {
  const due = new Date(c.dueAt);
  if (due.getTime() < Date.now()) return 'overdue';
  return due.toDateString() === new Date().toDateString() ? 'today' : 'later';
}

export function Callbacks({ me }: { me: Member }) {
  useTitle(say('callbacks.title'));
  const [mine, onlyMine] = useState(false);
  const { value: page, failed } = useResource<Page>(`/v1/callbacks?state=open&state=claimed&limit=100${mine ? '&mine=true' : ''}`, 10_000, 60_000);
  return (
    <main class="wide">
      <h1>{say('callbacks.title')}</h1>
      <label class="check"><input type="checkbox" checked={mine} onChange={(e) => onlyMine(e.currentTarget.checked)} />{say('callbacks.mine')}</label>
      {failed && <p class="bar warn" role="status">{failed}</p>}
      {page && page.items.length === 0 && <p class="empty">{say('callbacks.none')}</p>}
      {(['overdue', 'today', 'later'] as const).map((when) => {
        const items = page?.items.filter((c) => dueOf(c) === when) ?? [];
        return items.length > 0 && (
          <section aria-label={say(`callbacks.${when}`)} key={when}>
            <h2 class={when === 'overdue' ? 'bad' : ''}>{say(`callbacks.${when}`)} ({items.length})</h2>
            <ul class="works">
              {items.map((c) => (
                <li key={c.id}>
                  <a href={`/callbacks/${c.id}`} onClick={toIt(c.id)}><Theirs text={c.customer.name || c.customer.phone || say('work.customer')} /></a>
                  <span>{c.departmentName ?? say('live.none')}</span>
                  <span>{say('callbacks.due', { time: dayTime(c.dueAt, me.language) })}</span>
                  {c.claimedBy && <span>{say('callbacks.by', { name: c.claimedBy.firstName })}</span>}
                  {c.needsContact && <span class="bad">{say('callbacks.noContact')}</span>}
                  {c.summary && <p><Theirs text={c.summary} /></p>}
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </main>
  );
}

const attempts = ['reached', 'no_answer', 'busy', 'wrong_number'] as const;

export function CallbackPage({ id, me }: { id: string; me: Member }) {
  useTitle(say('callbacks.one'));
  const { value: c, failed, again } = useResource<Callback>(`/v1/callbacks/${id}`, 10_000, 60_000);
  const { busy, wrong, run } = useDoing();
  const [note, setNote] = useState('');
  const post = (what: string, body: unknown = {}) => run(async () => {
    try {
      await call('POST', `/v1/callbacks/${id}/${what}`, body, { headers: { 'Idempotency-Key': crypto.randomUUID() } });
      setNote('');
    } finally {
      again();
    }
  });
  if (!c) return <main class="wide" aria-busy={!failed}>{failed && <p class="wrong" role="alert">{failed}</p>}</main>;
  const mine = c.claimedBy?.id === me.id;
  return (
    <main class="wide">
      <p><a href="/callbacks" onClick={(e) => { e.preventDefault(); go('/callbacks'); }}>{say('back')}</a></p>
      <h1><Theirs text={c.customer.name || say('work.customer')} /></h1>
      <p>{say('callbacks.due', { time: dayTime(c.dueAt, me.language) })} · {c.departmentName ?? say('live.none')} · {say(`callback.${c.state}` as Word)}{c.claimedBy && ` · ${say('callbacks.by', { name: c.claimedBy.firstName })}`}</p>
      {/^\+[1-9]\d{1,14}$/.test(c.customer.phone) && <p class="links"><a href={`tel:${c.customer.phone}`}><Icon name="phone" />{c.customer.phone}</a></p>}
      {c.customer.email && <p><Theirs text={c.customer.email} /></p>}
      {failed && <p class="bar warn" role="status">{failed}</p>}
      <Faults wrong={wrong} />
      {c.state === 'open' && <button class="main" disabled={busy} onClick={() => post('claim')}>{say('callback.claim')}</button>}
      {mine && c.state === 'claimed' && (
        <section class="work" aria-label={say('callback.do')}>
          <label class="field">{say('wrap.note')}<textarea rows={3} maxLength={1000} value={note} onInput={(e) => setNote(e.currentTarget.value)} /></label>
          <p class="row">{attempts.map((o) => <button disabled={busy} onClick={() => post('attempts', { outcome: o, ...(note ? { note } : {}) })}>{say(`attempt.${o}`)}</button>)}</p>
          <button class="main" disabled={busy} onClick={() => post('complete', { entriesSeen: c.entriesCount, ...(note ? { note } : {}) })}>{say('callback.complete')}</button>
          <p class="row">
            <button disabled={busy} onClick={() => post('dismiss', { entriesSeen: c.entriesCount, note })}>{say('callback.dismiss')}</button>
            <button disabled={busy} onClick={() => post('release')}>{say('callback.release')}</button>
          </p>
        </section>
      )}
      <section aria-label={say('callback.entries')}>
        <h2>{say('callback.entries')}</h2>
        <ol class="messages">
          {c.entries.map((e) => (
            <li key={e.escalationId} class={e.state === 'open' ? 'customer' : ''}>
              <span class="from">{dayTime(e.at, me.language)} · {say(`entry.${e.state}`)}</span>
              <Theirs text={e.summary || say('callback.noSummary')} />
              <p class="from"><Theirs text={[e.customer.name, e.customer.phone, e.customer.email].filter(Boolean).join(' · ')} /></p>
            </li>
          ))}
        </ol>
      </section>
      {c.attempts.length > 0 && (
        <section aria-label={say('callback.attempts')}>
          <h2>{say('callback.attempts')}</h2>
          <ol class="messages">{c.attempts.map((a) => <li><span class="from">{dayTime(a.at, me.language)} · {a.firstName ?? ''}</span>{isWord(`attempt.${a.outcome}`) ? say(`attempt.${a.outcome}` as Word) : a.outcome}{a.note && <p><Theirs text={a.note} /></p>}</li>)}</ol>
        </section>
      )}
    </main>
  );
}

/** What was wrong with the last thing done. */
function Faults({ wrong }: { wrong: Wrong }) {
  return <div role="alert">{Object.entries(wrong).flatMap(([field, all]) => all.map((w) => <p class="wrong">{field ? `${field} ${w}` : w}</p>))}</div>;
}

