// Which members the list shows.
import { useEffect, useRef, useState } from 'preact/hooks';
import { useDepartments } from './team';
import { say } from './words';

export interface Choice { text: string; department: string; status: '' | 'online' | 'offline' }

/** What the address asks for: a department leads here with its own members. */
export function asked(): Choice {
  const q = new URLSearchParams(location.search);
  return { text: '', department: q.get('departmentId') ?? '', status: '' };
}

/** Where such members are read. */
export function addressOf({ text, department, status }: Choice): string {
  const q = new URLSearchParams({ limit: '50' });
  if (text) q.set('q', text);
  if (department) q.set('departmentId', department);
  if (status) q.set('status', status);
  return `/v1/members?${q}`;
}

/** How long nothing is typed before it is looked for, in milliseconds. */
const settled = 300;

export function Filters({ choice, choose }: { choice: Choice; choose: (c: Choice) => void }) {
  const { value: departments } = useDepartments();
  const known = departments?.items.some((d) => d.id === choice.department);
  return (
    <div class="filters">
      <Search find={(text) => choose({ ...choice, text })} />
      {departments && departments.items.length > 0 && (
        <label class="field">{say('callbacks.department')}
          <select value={choice.department} onChange={(e) => choose({ ...choice, department: e.currentTarget.value })}>
            <option value="">{say('callbacks.all')}</option>
            {choice.department && !known && <option value={choice.department}>{say('team.filter.gone')}</option>}
            {departments.items.map((d) => <option key={d.id} value={d.id}>{d.name}</option>)}
          </select>
        </label>
      )}
      <label class="field">{say('team.filter.status')}
        <select value={choice.status} onChange={(e) => choose({ ...choice, status: e.currentTarget.value as Choice['status'] })}>
          <option value="">{say('team.filter.any')}</option>
          {(['online', 'offline'] as const).map((s) => <option key={s} value={s}>{say(`presence.${s}`)}</option>)}
        </select>
      </label>
    </div>
  );
}

/** Looks for a part of a name or an e-mail once nothing more is typed, and at once by Enter. */
function Search({ find }: { find: (text: string) => void }) {
  const [text, set] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const look = (to: string, after: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => find(to.trim().slice(0, 254)), after);
  };
  return (
    <form role="search" noValidate onSubmit={(e) => { e.preventDefault(); look(text, 0); }}>
      <label class="field">{say('team.filter.text')}
        <input type="search" enterKeyHint="search" autocomplete="off" spellcheck={false} value={text} onInput={(e) => { set(e.currentTarget.value); look(e.currentTarget.value, settled); }} />
      </label>
    </form>
  );
}
