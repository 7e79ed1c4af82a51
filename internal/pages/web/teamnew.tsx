// One more member: the form, and what is handed to them once they are there.
import { useRef, useState } from 'preact/hooks';
import { useDraft } from './drafts';
import { Pick, Text, Ticks } from './fields';
import { Faults, useFirst } from './forms';
import type { ScreenProps } from './office';
import { Link, useDoing, useTitle } from './parts';
import { type Attempt, type NewMember, type TeamMember, addMember, fullName, useDepartments } from './team';
import { NewPassword, type Passwords, none } from './teamsecret';
import { Slips } from './teamslip';
import { say } from './words';

const fields = ['firstName', 'lastName', 'email', 'password', 'confirmPassword', 'role', 'departmentIds'];
const empty: NewMember = { firstName: '', lastName: '', email: '', role: 'staff', departmentIds: [] };

export function AddMember(_: ScreenProps) {
  useTitle(say('team.new.title'));
  const [made, setMade] = useState<{ member: TeamMember; password: string }>();
  if (made) return <Added {...made} another={() => setMade(undefined)} />;
  return (
    <main class="wide narrowish">
      <p><Link to="/team">{say('team.back')}</Link></p>
      <h1>{say('team.new.title')}</h1>
      <AddForm done={(member, password) => { setMade({ member, password }); scrollTo(0, 0); }} />
    </main>
  );
}

function AddForm({ done }: { done: (member: TeamMember, password: string) => void }) {
  const [form, put, clear] = useDraft<NewMember>('team/new', empty);
  const [secret, setSecret] = useState<Passwords>(none); // no draft: it goes with the screen
  const attempt = useRef<Attempt>(undefined);
  const departments = useDepartments();
  const { busy, wrong, run } = useDoing();
  const options = departments.value?.items.map((d) => [d.id, d.name] as const) ?? [];
  const filed = form.role === 'staff';
  const add = () => run(async () => {
    const departmentIds = filed ? form.departmentIds.filter((id) => options.some(([known]) => known === id)) : [];
    const member = await addMember({ ...form, departmentIds }, secret.password, secret.confirm, attempt);
    put(empty);
    clear();
    done(member, secret.password);
  });
  return (
    <form class="sheet" noValidate aria-busy={busy} aria-label={say('team.new.title')} onSubmit={(e) => { e.preventDefault(); if (!busy) add(); }}>
      <Faults wrong={wrong} besides={Object.keys(wrong).filter((f) => fields.includes(f.replace(/\[.*$/, '')))} />
      <div class="pair">
        <Text name="firstName" label={say('team.firstName')} value={form.firstName} set={(firstName) => put({ firstName })} wrong={wrong} />
        <Text name="lastName" label={say('team.lastName')} value={form.lastName} set={(lastName) => put({ lastName })} wrong={wrong} />
      </div>
      <Text name="email" type="email" label={say('team.email')} hint={say('team.email.why')} value={form.email} set={(email) => put({ email })} wrong={wrong} />
      <NewPassword value={secret} set={setSecret} wrong={wrong} />
      <Pick name="role" label={say('team.role')} hint={say(form.role === 'admin' ? 'role.admin.why' : 'role.staff.why')} value={form.role} set={(role) => put({ role })} options={[['staff', say('role.staff')], ['admin', say('role.admin')]]} wrong={wrong} />
      {filed && departments.failed && !departments.value && <p class="wrong">{say('live.departments')}: {departments.failed}</p>}
      {filed && options.length > 0 && <Ticks name="departmentIds" label={say('live.departments')} hint={say('team.departments.why')} value={form.departmentIds} set={(departmentIds) => put({ departmentIds })} options={options} wrong={wrong} />}
      <button class="main" disabled={busy}>{say('team.new.do')}</button>
    </form>
  );
}

/** What stands in place of the form: the password is shown now and never again. */
function Added({ member, password, another }: { member: TeamMember; password: string; another: () => void }) {
  const first = useFirst<HTMLHeadingElement>();
  return (
    <main class="wide narrowish">
      <h1 tabIndex={-1} ref={first}>{say('team.new.done', { name: fullName(member) })}</h1>
      <Slips must={member.mustChangePassword} handed={[{ name: fullName(member), email: member.email, password }]} />
      <p class="row noprint">
        <Link to={`/team/${member.id}/hours`} class="button">{say('team.new.hours', { name: member.firstName })}</Link>
        <button onClick={another}>{say('team.new.another')}</button>
        <Link to="/team" class="button">{say('team.back')}</Link>
      </p>
    </main>
  );
}
