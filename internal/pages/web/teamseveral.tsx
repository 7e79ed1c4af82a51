// What is done for several members at once, each after a word about what will happen.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Member, Refused, call } from './api';
import { Confirm } from './confirm';
import { type Department, type TeamMember, fullName, useDepartments } from './team';
import { forEach } from './teamrun';
import { wrongOf } from './parts';
import { Leaving } from './memberleaving';
import { say } from './words';

const acts = ['offline', 'join', 'leave', 'sessions', 'delete'] as const;
type Act = (typeof acts)[number];

type Chosen = ReadonlyMap<string, TeamMember>;

interface SeveralProps { chosen: Chosen; setChosen: (chosen: Chosen) => void; me: Member; changed: () => void }

export function Several({ chosen, setChosen, me, changed }: SeveralProps) {
  const [act, begin] = useState<Act>();
  const [said, tell] = useState('');
  const { value: departments } = useDepartments();
  const none = !departments?.items.length;
  const finish = (left: Chosen, done: number) => {
    setChosen(left);
    tell(say('team.several.done', { n: done }));
    if (left.size === 0) setTimeout(() => document.getElementById('team')?.focus()); // the buttons go
  };
  return (
    <>
      <p class="said" role="status">{said}</p>
      {chosen.size > 0 && (
        <section class="several" aria-label={say('team.several')}>
          <p><strong>{say('team.chosen', { n: chosen.size })}</strong> <button class="quiet" onClick={() => setChosen(new Map())}>{say('team.chosen.none')}</button></p>
          <p class="row">
            {acts.map((a) => !(none && (a === 'join' || a === 'leave')) && <button key={a} onClick={() => { tell(''); begin(a); }}>{say(`team.several.${a}`)}</button>)}
          </p>
        </section>
      )}
      {act && (
        <Doing act={act} members={[...chosen.values()]} departments={departments?.items ?? []} me={me} changed={changed}
          close={(left, done) => { begin(undefined); if (done) finish(left, done); }} />
      )}
    </>
  );
}

/** Puts a member into a department, or takes one out, whoever else changes the member meanwhile. */
async function file(id: string, change: (all: string[]) => string[]): Promise<void> {
  for (let tries = 1; ; tries++) {
    const { body, etag } = await call<TeamMember>('GET', `/v1/members/${id}`);
    const departmentIds = change(body.departmentIds);
    if (departmentIds.length === body.departmentIds.length) return; // as it was to become
    try {
      await call('PATCH', `/v1/members/${id}`, { departmentIds }, { headers: { 'If-Match': etag } });
      return;
    } catch (e) {
      if (!(e instanceof Refused) || e.problem.status !== 412 || tries === 3) throw e;
    }
  }
}

/** What each act asks the API for. */
function callOf(act: Act, id: string, department: string): Promise<unknown> {
  switch (act) {
    case 'offline': return call('PUT', `/v1/members/${id}/presence`, { status: 'offline' });
    case 'sessions': return call('DELETE', `/v1/members/${id}/sessions`);
    case 'join': return file(id, (all) => [...all.filter((d) => d !== department), department]);
    case 'leave': return file(id, (all) => all.filter((d) => d !== department));
    case 'delete': return call('DELETE', `/v1/members/${id}`).catch((e: unknown) => {
      if (!(e instanceof Refused) || e.problem.status !== 404) throw e; // gone already
    });
  }
}

interface DoingProps { act: Act; members: TeamMember[]; departments: Department[]; me: Member; changed: () => void; close: (left: Chosen, done: number) => void }

function Doing({ act, members, departments, me, changed, close }: DoingProps) {
  const [department, choose] = useState(departments[0]?.id ?? '');
  const [left, setLeft] = useState(members);
  const [failed, setFailed] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [heard, hear] = useState(false); // what will happen
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);
  const end = () => close(new Map(left.map((m) => [m.id, m])), members.length - left.length);
  const does = async () => {
    setBusy(true);
    setFailed({});
    const open = new Map(left.map((m) => [m.id, m]));
    let faults = 0;
    await forEach(left, async (m) => {
      await callOf(act, m.id, department);
      open.delete(m.id);
      setLeft([...open.values()]);
    }, (m, e) => {
      faults++;
      setFailed((was) => ({ ...was, [m.id]: Object.values(wrongOf(e)).flat().join(' ') }));
    }, { signal: stop.current.signal, waits: () => undefined });
    setBusy(false);
    changed();
    if (!faults && !stop.current.signal.aborted) close(open, members.length - open.size);
  };
  return (
    <Confirm title={say(`team.several.${act}.title`, { n: left.length })} yes={say(`team.several.${act}`)} busy={busy} wait={act === 'delete' && !heard} wrong={{}} does={() => void does()} close={end}>
      <ul class="plain">
        {left.map((m) => <li key={m.id}><span><bdi>{fullName(m)}</bdi>{failed[m.id] && <span class="wrong" role="alert"> {failed[m.id]}</span>}</span></li>)}
      </ul>
      {(act === 'join' || act === 'leave') && (
        <label class="field">{say('callbacks.department')}
          <select value={department} onChange={(e) => choose(e.currentTarget.value)}>{departments.map((d) => <option key={d.id} value={d.id}>{d.name}</option>)}</select>
        </label>
      )}
      {act === 'delete' ? <Leaving members={members} me={me} told={() => hear(true)} /> : <p>{say(`team.several.${act}.why`)}</p>}
      <p role="status">{busy && say('team.several.going', { n: members.length - left.length, all: members.length })}</p>
    </Confirm>
  );
}
