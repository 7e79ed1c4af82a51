// The end of a department. What becomes of its members, of what rings for it and of its callbacks is
// said before.
import { useEffect, useState } from 'preact/hooks';
import { type Member, Refused, call } from './api';
import { Unread, Waiting } from './asof';
import type { CallbackPage } from './callback';
import { Confirm } from './confirm';
import type { LiveView, LiveWork } from './live';
import { useDoing } from './parts';
import { useResource } from './resource';
import { type Department, type TeamPage, fullName } from './team';
import { Callbacks, Works } from './teamwork';
import { say } from './words';

interface DeleteProps { d: Department; etag: string; me: Member; close: () => void; done: () => void }

export function DeleteDepartment({ d, etag, me, close, done }: DeleteProps) {
  const [heard, hear] = useState(false);
  const { busy, wrong, run } = useDoing();
  const does = () => run(async () => {
    try {
      await call('DELETE', `/v1/departments/${d.id}`, undefined, { headers: { 'If-Match': etag } });
    } catch (e) {
      if (!(e instanceof Refused) || e.problem.status !== 412) {
        if (e instanceof Refused && e.problem.status === 404) return done(); // somebody was faster
        throw e;
      }
      // It is no other for a new name; who deletes it has to know of that one, though.
      const now = await call<{ items: Department[] }>('GET', '/v1/departments');
      const same = now.body.items.find((o) => o.id === d.id);
      if (same && same.name !== d.name) throw new Refused({ ...e.problem, detail: say('departments.delete.renamed', { name: same.name }) }, 0);
      if (same) await call('DELETE', `/v1/departments/${d.id}`, undefined, { headers: { 'If-Match': now.etag } });
    }
    done();
  });
  return (
    <Confirm title={say('departments.delete.title', { name: d.name })} yes={say('departments.delete.yes')} busy={busy} wait={!heard} wrong={wrong} does={does} close={close}>
      <What d={d} me={me} told={() => hear(true)} />
    </Confirm>
  );
}

/** What will happen, from what is there now. */
function What({ d, me, told }: { d: Department; me: Member; told: () => void }) {
  const live = useResource<LiveView>('/v1/live', 5000);
  const members = useResource<TeamPage>(`/v1/members?limit=100&departmentId=${d.id}`);
  const callbacks = useResource<CallbackPage>(`/v1/callbacks?limit=100&state=open&state=claimed&departmentId=${d.id}`);
  const account = useResource<{ overflow: string }>('/v1/account');
  const all = [live, members, callbacks, account];
  const failed = all.find((r) => r.failed && !r.value);
  const known = Boolean(failed) || all.every((r) => r.value);
  useEffect(() => { if (known) told(); }, [known]);
  if (failed) return <Unread failed={`${say('team.unknown')} ${failed.failed}`} again={() => all.forEach((r) => r.again())} />;
  if (!live.value || !members.value || !callbacks.value || !account.value) return <Waiting />;
  const of = (w: LiveWork) => w.departmentId === d.id;
  const ringing = live.value.ringing.filter(of), active = live.value.active.filter(of);
  const alone = members.value.items.filter((m) => m.departmentIds.length === 1);
  return (
    <div class="effects">
      <p>{d.memberCount ? say('departments.delete.members', { n: d.memberCount }) : say('departments.delete.nobody')}</p>
      {alone.length > 0 && (
        <>
          <p>{say(account.value.overflow === 'everyone' ? 'departments.delete.alone' : 'departments.delete.unasked', { n: alone.length })}</p>
          <ul class="plain">{alone.slice(0, 10).map((m) => <li key={m.id}><bdi>{fullName(m)}</bdi></li>)}{alone.length > 10 && <li>{say('team.others', { n: alone.length - 10 })}</li>}</ul>
        </>
      )}
      {ringing.length > 0 && <><p>{say(account.value.overflow === 'everyone' ? 'departments.delete.rings' : 'departments.delete.rings.none', { n: ringing.length })}</p><Works works={ringing} me={me} /></>}
      {active.length > 0 && <><p>{say('departments.delete.active', { n: active.length })}</p><Works works={active} me={me} /></>}
      <Callbacks page={callbacks.value} words="departments.delete.callbacks" me={me} />
      {ringing.length + active.length + callbacks.value.items.length === 0 && <p>{say('departments.delete.free')}</p>}
    </div>
  );
}
