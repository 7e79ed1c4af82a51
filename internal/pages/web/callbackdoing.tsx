// What somebody does about a callback: claim it, note attempts, end it, give it back.
import { useRef, useState } from 'preact/hooks';
import { type Member, Refused, call } from './api';
import { type Callback, type WholeCallback, pending, wordOf } from './callback';
import { useDraft } from './drafts';
import { Faults, Note } from './forms';
import { useDoing } from './parts';
import { say } from './words';

const outcomes = ['reached', 'no_answer', 'busy', 'wrong_number'] as const;

interface DoingProps { c: WholeCallback; me: Member; unread: number; seen: number; read: () => void; again: () => void }

export function CallbackDoing({ c, me, unread, seen, read, again }: DoingProps) {
  const [{ note }, put, clear] = useDraft(`callback/${c.id}`, { note: '' });
  const [said, tell] = useState('');
  const { busy, wrong, run } = useDoing();
  const send = useSend(c.id, again);
  const mine = c.claimedBy?.id === me.id;
  const may = c.state === 'claimed' && (mine || me.role !== 'staff');
  const body = note.trim() ? { note } : {};
  const doing = (what: string, more: object, after: (now: Callback) => string) => run(async () => {
    tell('');
    const now = await send(what, more);
    if (what === 'attempts' || !pending(now)) {
      put({ note: '' });
      clear();
    }
    tell(after(now));
  });
  const end = (what: 'complete' | 'dismiss') => doing(what, { entriesSeen: seen, ...(what === 'dismiss' ? { note } : body) }, (now) => pending(now) ? say('callback.partly') : say('callback.ended', { state: wordOf('callback', now.state) }));
  return (
    <div class="doing">
      <p class="said" role="status">{said}</p>
      {unread > 0 && pending(c) && (
        <div class="bar warn" role="status"><span>{say('callback.new', { n: unread })}</span><button onClick={read}>{say('callback.new.read')}</button></div>
      )}
      <Faults wrong={wrong} besides={['note']} />
      {c.state === 'open' && <button class="main" disabled={busy} onClick={() => doing('claim', {}, () => '')}>{say('callback.claim')}</button>}
      {may && !mine && <p>{say('callback.instead', { name: c.claimedBy?.firstName ?? '' })}</p>}
      {may && (
        <section class="work" aria-label={say('callback.do')}>
          <Note value={note} put={(n) => put({ note: n })} wrong={wrong} label={say('wrap.note')} />
          <fieldset>
            <legend>{say('callback.went')}</legend>
            <p class="row">{outcomes.map((o) => <button key={o} disabled={busy} onClick={() => doing('attempts', { outcome: o, ...body }, () => say('callback.noted', { outcome: wordOf('attempt', o) }))}>{wordOf('attempt', o)}</button>)}</p>
          </fieldset>
          <button class="main" disabled={busy} onClick={() => end('complete')}>{say('callback.complete')}</button>
          <p class="row">
            <button disabled={busy} onClick={() => end('dismiss')}>{say('callback.dismiss')}</button>
            <button disabled={busy} onClick={() => doing('release', {}, () => say('callback.released'))}>{say('callback.release')}</button>
          </p>
        </section>
      )}
    </div>
  );
}

/** Sends what is done, and reads anew whatever came of it. What got no answer is sent with the same key
 * when it is pressed again, so that one attempt is noted once. */
function useSend(id: string, again: () => void): (what: string, body: object) => Promise<Callback> {
  const last = useRef({ text: '', key: '' });
  return async (what, body) => {
    const text = what + JSON.stringify(body);
    if (last.current.text !== text) last.current = { text, key: crypto.randomUUID() };
    try {
      const now = (await call<Callback>('POST', `/v1/callbacks/${id}/${what}`, body, { headers: { 'Idempotency-Key': last.current.key } })).body;
      last.current = { text: '', key: '' };
      return now;
    } catch (e) {
      if (e instanceof Refused && e.problem.status < 500) last.current = { text: '', key: '' };
      if (e instanceof Refused && e.name === 'stale') throw new Refused({ ...e.problem, detail: say('callback.stale') }, 0);
      throw e;
    } finally {
      again();
    }
  };
}
