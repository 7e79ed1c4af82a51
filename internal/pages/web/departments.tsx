// Departments: what there is, a new one, another name, and the end of one.
import { useRef, useState } from 'preact/hooks';
import { Refused, call } from './api';
import { AsOf, Unread, Waiting } from './asof';
import { DeleteDepartment } from './departmentdelete';
import { Renaming } from './departmentname';
import { useDraft } from './drafts';
import { Text } from './fields';
import { Faults } from './forms';
import type { ScreenProps } from './office';
import { Link, useDoing, useTitle } from './parts';
import { asFull, type Department, unanswered, useDepartments } from './team';
import { say } from './words';

export function Departments({ me }: ScreenProps) {
  useTitle(say('departments.title'));
  const { value, etag, at, failed, again } = useDepartments(15_000);
  const [renaming, rename] = useState('');
  const [deleting, setDeleting] = useState<Department>();
  const [said, tell] = useState('');
  const close = (words = '') => {
    if (renaming) setTimeout(() => document.querySelector<HTMLElement>(`[data-rename="${renaming}"]`)?.focus());
    rename('');
    setDeleting(undefined);
    tell(words);
    if (words) again();
  };
  const deleted = (name: string) => {
    close(say('departments.deleted', { name }));
    setTimeout(() => document.getElementById('departments')?.focus()); // its button goes
  };
  return (
    <main class="wide">
      <h1 id="departments" tabIndex={-1}>{say('departments.title')}</h1>
      <p class="why">{say('departments.why')}</p>
      <p class="said" role="status">{said}</p>
      <Adding done={(name) => { tell(say('departments.added', { name })); again(); }} />
      {value && <AsOf at={at} failed={failed} language={me.language} />}
      {!value && (failed ? <Unread failed={failed} again={again} /> : <Waiting />)}
      {value?.items.length === 0 && <p class="empty">{say('departments.none')}</p>}
      {value && value.items.length > 0 && (
        <ul class="works departmentlist">
          {value.items.map((d) => (
            <li key={d.id}>
              {renaming === d.id ? <Renaming d={d} etag={etag} done={close} /> : <Entry d={d} rename={() => rename(d.id)} remove={() => setDeleting(d)} />}
            </li>
          ))}
        </ul>
      )}
      {deleting && <DeleteDepartment d={deleting} etag={etag} me={me} close={() => close()} done={() => deleted(deleting.name)} />}
    </main>
  );
}

function Entry({ d, rename, remove }: { d: Department; rename: () => void; remove: () => void }) {
  return (
    <>
      <h2><bdi>{d.name}</bdi></h2>
      <Link to={`/team?departmentId=${d.id}`}>{say('departments.members', { n: d.memberCount })}</Link>
      <p class="row">
        <button class="quiet" data-rename={d.id} aria-label={say('departments.rename.of', { name: d.name })} onClick={rename}>{say('departments.rename')}</button>
        <button class="quiet" aria-label={say('departments.delete.of', { name: d.name })} onClick={remove}>{say('departments.delete')}</button>
      </p>
    </>
  );
}

/** The form for a new one. What got no answer is sent again with the same key. */
function Adding({ done }: { done: (name: string) => void }) {
  const [{ name }, put, clear] = useDraft('departments/new', { name: '' });
  const sent = useRef({ name: '', key: '' });
  const { busy, wrong, run } = useDoing();
  const add = () => run(async () => {
    if (sent.current.name !== name) sent.current = { name, key: crypto.randomUUID() };
    try {
      const made = await call<Department>('POST', '/v1/departments', { name }, { headers: { 'Idempotency-Key': sent.current.key } });
      sent.current = { name: '', key: '' };
      put({ name: '' });
      clear();
      done(made.body.name);
    } catch (e) {
      if (!unanswered(e)) sent.current = { name: '', key: '' };
      throw asFull(atName(e));
    }
  });
  return (
    <form class="sheet adding" aria-label={say('departments.add')} noValidate aria-busy={busy} onSubmit={(e) => { e.preventDefault(); if (!busy) add(); }}>
      <Faults wrong={wrong} besides={['name']} />
      <Text name="name" label={say('departments.new')} hint={say('departments.new.why')} value={name} set={(to) => put({ name: to })} wrong={wrong} />
      <button class="main" disabled={busy}>{say('departments.add')}</button>
    </form>
  );
}

/** Puts what is wrong with a name that another has beside the name. */
export function atName(e: unknown): unknown {
  if (!(e instanceof Refused) || e.name !== 'name-taken') return e;
  return new Refused({ ...e.problem, errors: [{ field: 'name', detail: say('departments.taken') }] }, 0);
}
