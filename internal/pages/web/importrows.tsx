// The people of a file, a line each. What is wrong stands beside its field, to be mended in place.
import { useEffect, useState } from 'preact/hooks';
import { Pick, Text, Ticks } from './fields';
import { Faults } from './forms';
import { type Row, fold } from './importread';
import { type PutRow } from './importrun';
import { type Wrong, Icon, Link, Theirs } from './parts';
import { type Department } from './team';
import { say } from './words';

/** How many are shown at first. */
const some = 100;

interface RowsProps { rows: Row[]; faults: Map<number, Wrong>; known: Department[]; put: PutRow; busy: boolean }

export function Rows({ rows, faults, known, put, busy }: RowsProps) {
  const [bad, only] = useState(false);
  const [all, showAll] = useState(false);
  const wrongOf = (r: Row): Wrong => ({ ...r.wrong, ...faults.get(r.line) });
  const wanting = rows.filter((r) => r.open || Object.keys(wrongOf(r)).length > 0);
  const listed = bad ? wanting : rows;
  const shown = all ? listed : listed.slice(0, some);
  return (
    <section aria-labelledby="people">
      <h2 id="people">{say('import.people')}</h2>
      {wanting.length > 0 && rows.length > 5 && <label class="check"><input type="checkbox" checked={bad} onChange={(e) => only(e.currentTarget.checked)} />{say('import.onlyBad', { n: wanting.length })}</label>}
      <ul class="importrows">{shown.map((r) => <Entry key={r.line} row={r} wrong={wrongOf(r)} known={known} put={put} busy={busy} />)}</ul>
      {shown.length < listed.length && <button onClick={() => showAll(true)}>{say('import.all', { n: listed.length })}</button>}
    </section>
  );
}

interface EntryProps { row: Row; wrong: Wrong; known: Department[]; put: PutRow; busy: boolean }

function Entry({ row, wrong, known, put, busy }: EntryProps) {
  const name = `${row.firstName} ${row.lastName}`.trim() || row.email || say('import.nameless');
  const bad = Object.keys(wrong).length > 0;
  const open = row.open || bad && row.state === 'new';
  // What was wrong when it came stays open until somebody says that it is mended.
  useEffect(() => { if (open && !row.open) put(row.line, { open: true }); }, [open]);
  return (
    <li class={`${row.state}${bad ? ' bad-row' : ''}`}>
      <p class="line">{say('import.line', { n: row.line })}</p>
      <p class="name">{row.id ? <Link to={`/team/${row.id}`}><Theirs text={name} /></Link> : <Theirs text={name} />}<span class="soft"><Theirs text={row.email} /></span></p>
      <p class="what"><span>{row.role === 'staff' || row.role === 'admin' ? say(`role.${row.role}`) : <Theirs text={row.role} />}</span>{row.role === 'staff' && <span class="soft"><Theirs text={row.departments.join(', ')} /></span>}</p>
      <p class={`state${bad ? ' wrong' : ''}`}>{row.state === 'made' && <Icon name="check" />}{say(bad && row.state !== 'sending' ? 'import.state.bad' : `import.state.${row.state}`)}</p>
      {row.state !== 'made' && !open && <button class="quiet" disabled={busy} aria-label={say('import.change.of', { name })} onClick={() => put(row.line, { open: true })}>{say('import.change')}</button>}
      {open && row.state !== 'made' && <Mending row={row} wrong={wrong} known={known} put={put} busy={busy} name={name} />}
      {row.state === 'made' && <Faults wrong={wrong} />}
    </li>
  );
}

const fields = ['firstName', 'lastName', 'email', 'role', 'departmentIds'];

function Mending({ row, wrong, known, put, busy, name }: EntryProps & { name: string }) {
  // What the API said of a field holds until that is another.
  const change = (field: string, to: Partial<Row>) => put(row.line, { ...to, wrong: Object.fromEntries(Object.entries(row.wrong).filter(([f]) => f !== '' && f.replace(/\[.*$/, '') !== field)) });
  const role = row.role === 'staff' || row.role === 'admin' ? row.role : '';
  const chosen = known.filter((d) => row.departments.some((n) => fold(n) === fold(d.name))).map((d) => d.name);
  return (
    <form class="mending" noValidate aria-label={say('import.change.of', { name })} onSubmit={(e) => { e.preventDefault(); put(row.line, { open: false }); }}>
      <Faults wrong={wrong} besides={Object.keys(wrong).filter((f) => fields.includes(f.replace(/\[.*$/, '')))} />
      <div class="pair">
        <Text name="firstName" label={say('team.firstName')} value={row.firstName} set={(firstName) => change('firstName', { firstName })} wrong={wrong} />
        <Text name="lastName" label={say('team.lastName')} value={row.lastName} set={(lastName) => change('lastName', { lastName })} wrong={wrong} />
        <Text name="email" type="email" label={say('team.email')} value={row.email} set={(email) => change('email', { email })} wrong={wrong} />
        <Pick name="role" label={say('team.role')} value={role} set={(to) => change('role', { role: to })} options={[...(role ? [] : [['', say('import.choose')] as const]), ['staff', say('role.staff')] as const, ['admin', say('role.admin')] as const]} wrong={wrong} />
      </div>
      {row.role === 'staff' && known.length > 0 && <Ticks name="departmentIds" label={say('live.departments')} value={chosen} set={(departments) => change('departmentIds', { departments })} options={known.map((d) => [d.name, d.name] as const)} wrong={wrong} />}
      <p class="row"><button disabled={busy || Object.keys(wrong).length > 0}>{say('import.mended')}</button></p>
    </form>
  );
}
