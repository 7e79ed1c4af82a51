// Another name for a department. Where somebody else renamed it meanwhile, both names are shown.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Refused, call } from './api';
import { atName } from './departments';
import { useDraft } from './drafts';
import { Conflict } from './editing';
import { Text } from './fields';
import { Faults } from './forms';
import { useDoing } from './parts';
import { type Department } from './team';
import { say } from './words';

interface RenamingProps { d: Department; etag: string; done: (said?: string) => void }

interface Form { name: string }

/** What the list says of one department, and the tag of that list. */
async function look(id: string): Promise<{ name: string | undefined; etag: string }> {
  const { body, etag } = await call<{ items: Department[] }>('GET', '/v1/departments');
  return { name: body.items.find((d) => d.id === id)?.name, etag };
}

export function Renaming({ d, etag, done }: RenamingProps) {
  const [form, put, clear] = useDraft<Form & { was: string; etag: string }>(`departments/${d.id}`, { name: d.name, was: d.name, etag });
  const [theirs, meet] = useState<Form>();
  const { busy, wrong, run } = useDoing();
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => box.current?.querySelector('input')?.focus(), []);
  const finish = (said = '') => {
    clear();
    done(said);
  };
  const send = async (tag: string, tries = 3): Promise<void> => {
    try {
      await call('PATCH', `/v1/departments/${d.id}`, { name: form.name }, { headers: { 'If-Match': tag } });
      finish(say('departments.renamed', { name: form.name.trim() }));
    } catch (e) {
      if (!(e instanceof Refused) || e.problem.status !== 412) throw atName(e);
      const now = await look(d.id);
      if (now.name === undefined) throw new Refused({ ...e.problem, detail: say('departments.gone') }, 0);
      // The tag is that of all departments: another one's name is no reason to ask.
      if (now.name === form.was && tries > 1) return send(now.etag, tries - 1);
      put({ was: now.name, etag: now.etag });
      meet({ name: now.name });
    }
  };
  const save = () => run(() => send(form.etag));
  return (
    <form class="renaming" ref={box} aria-label={say('departments.rename.of', { name: d.name })} noValidate aria-busy={busy} onSubmit={(e) => { e.preventDefault(); if (!busy) save(); }} onKeyDown={(e) => { if (e.key === 'Escape') finish(); }}>
      <Faults wrong={wrong} besides={['name']} />
      <Conflict editing={{ form, theirs, mine: form, save, take: () => finish(), busy }} rows={(f) => [[say('departments.name'), f.name]]} />
      <Text name="name" label={say('departments.name')} value={form.name} set={(name) => put({ name })} wrong={wrong} />
      {!theirs && (
        <p class="row">
          <button class="main" disabled={busy}>{say('edit.save')}</button>
          <button type="button" class="quiet" disabled={busy} onClick={() => finish()}>{say('cancel')}</button>
        </p>
      )}
    </form>
  );
}
