// Putting a work under another department, which rings nobody.
import { useState } from 'preact/hooks';
import { Refused, call } from './api';
import { Faults, useFirst } from './forms';
import { useDoing } from './parts';
import { useResource } from './resource';
import { type Department } from './transfer';
import { say } from './words';
import { type Escalation } from './work';

/** Somebody else's filing that came between. */
interface Other { name: string; etag: string }

export function Filing({ e, done, cancel }: { e: Escalation; done: () => void; cancel: () => void }) {
  const { value, failed } = useResource<{ items: Department[] }>('/v1/departments');
  const [to, set] = useState('');
  const [other, meet] = useState<Other>();
  const { busy, wrong, run } = useDoing();
  const first = useFirst<HTMLHeadingElement>();
  const items = value?.items.filter((d) => d.id !== e.departmentId) ?? [];
  const file = () => run(async () => {
    const now = await call<Escalation>('GET', `/v1/escalations/${e.id}`);
    // What the form began with is not what is there now: somebody was faster.
    if (!other && now.body.departmentId !== e.departmentId) return meet({ name: now.body.departmentName ?? say('live.none'), etag: now.etag });
    try {
      await call('PATCH', `/v1/escalations/${e.id}`, { departmentId: to }, { headers: { 'If-Match': other?.etag ?? now.etag } });
      done();
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.status !== 412) throw error;
      const theirs = await call<Escalation>('GET', `/v1/escalations/${e.id}`);
      meet({ name: theirs.body.departmentName ?? say('live.none'), etag: theirs.etag });
    }
  });
  return (
    <form class="panel" aria-labelledby="filing" noValidate onSubmit={(event) => { event.preventDefault(); if (!busy && to) file(); }} onKeyDown={(event) => { if (event.key === 'Escape') cancel(); }}>
      <h3 id="filing" tabIndex={-1} ref={first}>{say('file.title')}</h3>
      <p class="hint">{say('file.why')}</p>
      {failed && <p class="wrong">{failed}</p>}
      {value && items.length === 0 && <p class="empty">{say('file.none')}</p>}
      <fieldset>
        <legend class="sr">{say('file.title')}</legend>
        {items.map((d) => <label class="check" key={d.id}><input type="radio" name="department" checked={to === d.id} onChange={() => set(d.id)} /><bdi>{d.name}</bdi></label>)}
      </fieldset>
      <div role="alert">{other && <p class="bar warn">{say('file.other', { name: other.name })}</p>}</div>
      <Faults wrong={wrong} />
      <div class="row">
        <button class="main" disabled={busy || !to}>{say(other ? 'file.mine' : 'file.do')}</button>
        <button type="button" class="quiet" onClick={other ? done : cancel}>{say(other ? 'file.theirs' : 'cancel')}</button>
      </div>
    </form>
  );
}
