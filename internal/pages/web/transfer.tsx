// Passing a work on: to a colleague or a department that can take it now. Until somebody accepts it
// stays where it is.
import { useEffect, useState } from 'preact/hooks';
import { type Member, Refused, call } from './api';
import { useDraft } from './drafts';
import { Faults, Note, useFirst } from './forms';
import { useDoing } from './parts';
import { useResource } from './resource';
import { say } from './words';
import { type Escalation } from './work';

interface Counts { call: boolean; chat: boolean }
interface Team { members: { id: string; firstName: string; receiving: Counts }[] }
export interface Department { id: string; name: string }

/** Of more departments than these it is not asked who is free there. */
const mostAsked = 20;

/** How many others can take a channel now, by department. */
function useFree(departments: Department[], channel: 'call' | 'chat', me: string): Record<string, number> {
  const [free, set] = useState<Record<string, number>>({});
  const ids = departments.slice(0, mostAsked).map((d) => d.id).join();
  useEffect(() => {
    let over = false;
    void (async () => {
      for (const id of ids.split(',').filter(Boolean)) {
        const team = await call<Team>('GET', `/v1/departments/${id}/availability`).catch(() => undefined);
        if (over) return;
        if (team) set((was) => ({ ...was, [id]: team.body.members.filter((m) => m.id !== me && m.receiving[channel]).length }));
      }
    })();
    return () => { over = true; };
  }, [ids]);
  return free;
}

interface Draft { to: string; note: string }

export function Transfer({ e, me, done, cancel }: { e: Escalation; me: Member; done: (said: string) => void; cancel: () => void }) {
  const team = useResource<Team>('/v1/availability', 5000, 60_000);
  const departments = useResource<{ items: Department[] }>('/v1/departments');
  const [d, put, clear] = useDraft<Draft>(`transfer/${e.id}`, { to: '', note: '' });
  const { busy, wrong, run } = useDoing();
  const [missing, miss] = useState(false);
  const first = useFirst<HTMLHeadingElement>();
  const others = team.value?.members.filter((m) => m.id !== me.id && m.id !== e.assignedTo?.id && m.receiving[e.channel]) ?? [];
  const all = departments.value?.items ?? [];
  const free = useFree(all, e.channel, e.assignedTo?.id ?? me.id);
  const submit = () => {
    if (!d.to) return miss(true);
    run(async () => {
      try {
        await call('POST', `/v1/escalations/${e.id}/transfer`, { [d.to.startsWith('mem_') ? 'memberId' : 'departmentId']: d.to, note: d.note });
      } catch (error) {
        if (error instanceof Refused && error.name === 'nobody-available') team.again();
        throw error;
      }
      clear();
      done('');
    });
  };
  const pick = (to: string, name: string, more?: string) => (
    <label class="check" key={to}><input type="radio" name="to" value={to} checked={d.to === to} onChange={() => { put({ to }); miss(false); }} /><span><bdi>{name}</bdi>{more && <span class="soft"> · {more}</span>}</span></label>
  );
  return (
    <form class="panel" aria-labelledby="transfer" noValidate onSubmit={(event) => { event.preventDefault(); if (!busy) submit(); }} onKeyDown={(event) => { if (event.key === 'Escape') cancel(); }}>
      <h3 id="transfer" tabIndex={-1} ref={first}>{say('transfer.title')}</h3>
      <p class="hint">{say(e.state === 'ringing' ? 'transfer.moves' : 'transfer.why')}</p>
      <div class="goals">
        <fieldset>
          <legend>{say('transfer.colleagues')}</legend>
          {others.map((m) => pick(m.id, m.firstName))}
          {team.value && others.length === 0 && <p class="empty">{say(e.channel === 'call' ? 'transfer.nobody.call' : 'transfer.nobody.chat')}</p>}
          {team.failed && <p class="wrong">{team.failed}</p>}
        </fieldset>
        {all.length > 0 && (
          <fieldset>
            <legend>{say('transfer.departments')}</legend>
            {all.map((dep) => pick(dep.id, dep.name, free[dep.id] === undefined ? undefined : say('transfer.free', { n: free[dep.id]! })))}
          </fieldset>
        )}
      </div>
      <div role="alert">{missing && <p class="wrong">{say('transfer.choose')}</p>}</div>
      <Note value={d.note} put={(note) => put({ note })} wrong={wrong} label={say('transfer.note')} />
      <Faults wrong={wrong} besides={['note']} />
      <div class="row"><button class="main" disabled={busy}>{say('transfer.do')}</button><button type="button" class="quiet" onClick={cancel}>{say('cancel')}</button></div>
    </form>
  );
}
