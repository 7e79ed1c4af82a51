// A member: who they are and what they take, how they come in, and their end.
import { type Member } from './api';
import { Unread, Waiting } from './asof';
import { Conflict, Save, useEditing } from './editing';
import { Pick, Text, Tick, Ticks } from './fields';
import { Faults } from './forms';
import { languageOptions } from './languages';
import { stateOf } from './livepeople';
import { MemberAccess } from './memberaccess';
import { type MemberForm, bodyOf, formOf, rowsOf } from './memberform';
import type { ScreenProps } from './office';
import { Link, useTitle } from './parts';
import { type TeamMember, atEmail, fullName, hoursOf, phoneOf, useDepartments } from './team';
import { dayTime } from './times';
import { say } from './words';

export function MemberPage({ id, me, setMe }: ScreenProps) {
  const path = `/v1/members/${id}`;
  const editing = useEditing<TeamMember, MemberForm>(path, {
    formOf, bodyOf, refused: atEmail,
    after: (now) => { if (now.id === me.id) setMe({ ...me, ...now, availability: me.availability }); },
  });
  const m = editing.stored;
  useTitle(m ? fullName(m) : say('team.title'));
  const back = <p><Link to="/team">{say('team.back')}</Link></p>;
  if (!m || !editing.form) return <main class="wide narrowish">{back}<h1>{say('member.title')}</h1>{editing.failed ? <Unread failed={editing.failed} again={editing.again} /> : <Waiting />}</main>;
  return (
    <main class="wide member">
      <div class="about-them">
        {back}
        <h1><bdi>{fullName(m)}</bdi></h1>
        <About m={m} me={me} />
      </div>
      <MemberEdit editing={editing} m={m} form={editing.form} me={me} />
      <MemberAccess m={m} me={me} again={editing.again} />
    </main>
  );
}

/** What can be seen of them now, and the way to their hours. */
function About({ m, me }: { m: TeamMember; me: Member }) {
  const phone = phoneOf(m);
  const seen = m.devices.lastSeenAt;
  const rows = [
    [say('member.state'), stateOf(m.availability, me)],
    [say('member.hours'), hoursOf(m, me.language)],
    [say('member.phone'), `${say(`team.phone.${phone}`)}${seen ? `, ${say('member.phone.seen', { time: dayTime(seen, me.language) })}` : ''}`],
    [say('member.since'), new Date(m.createdAt).toLocaleDateString(me.language || undefined, { dateStyle: 'medium' })],
  ] as const;
  return (
    <>
      <dl class="facts">{rows.map(([label, text]) => <div key={label}><dt>{label}</dt><dd>{text}</dd></div>)}</dl>
      {m.mustChangePassword && <p class="bar warn">{say('member.notYet', { name: m.firstName })}</p>}
      <p><Link to={`/team/${m.id}/hours`} class="button">{say('member.hours.do')}</Link></p>
    </>
  );
}

interface EditProps { editing: ReturnType<typeof useEditing<TeamMember, MemberForm>>; m: TeamMember; form: MemberForm; me: Member }

const fields = ['firstName', 'lastName', 'email', 'language', 'role', 'departmentIds', 'capacity.chats', 'capacity.calls'];

function MemberEdit({ editing, m, form, me }: EditProps) {
  const departments = useDepartments();
  const options = departments.value?.items.map((d) => [d.id, d.name] as const) ?? m.departmentIds.map((d, i) => [d, m.departmentNames[i] ?? d] as const);
  const { put, busy, save, wrong } = editing;
  const names = new Map(options);
  const mine = m.id === me.id, owners = m.role === 'owner' && me.role !== 'owner';
  return (
    <form class="sheet" noValidate aria-busy={busy} aria-label={say('member.edit')} onSubmit={(e) => { e.preventDefault(); if (!busy) save(); }}>
      <Conflict editing={editing} rows={(f) => rowsOf(f, names)} />
      <Faults wrong={wrong} besides={Object.keys(wrong).filter((f) => fields.includes(f.replace(/\[.*$/, '')))} />
      <div class="pair">
        <Text name="firstName" label={say('team.firstName')} value={form.firstName} set={(firstName) => put({ firstName })} wrong={wrong} />
        <Text name="lastName" label={say('team.lastName')} value={form.lastName} set={(lastName) => put({ lastName })} wrong={wrong} />
      </div>
      {mine || owners
        ? <p class="fixed"><span>{say('team.email')}</span><bdi>{m.email}</bdi>{mine ? <Link to="/settings">{say('member.email.own')}</Link> : <span class="soft">{say('member.owners')}</span>}</p>
        : <Text name="email" type="email" label={say('team.email')} hint={say(m.emailProved ? 'member.email.proved' : 'member.email.unproved')} value={form.email} set={(email) => put({ email })} wrong={wrong} />}
      <Pick name="language" label={say('member.language')} hint={say('member.language.why')} value={form.language} set={(language) => put({ language })} options={languageOptions(say('member.language.none'), form.language)} wrong={wrong} />
      {m.role === 'owner'
        ? <p class="fixed"><span>{say('team.role')}</span>{say('role.owner')} <span class="soft">{say('role.owner.why')}</span></p>
        : <Pick name="role" label={say('team.role')} hint={say(form.role === 'admin' ? 'role.admin.why' : 'role.staff.why')} value={form.role} set={(role) => put({ role })} options={[['staff', say('role.staff')], ['admin', say('role.admin')]]} wrong={wrong} />}
      {options.length > 0 && <Ticks name="departmentIds" label={say('live.departments')} hint={say(form.role === 'staff' ? 'team.departments.why' : 'team.departments.manages')} value={form.departmentIds} set={(departmentIds) => put({ departmentIds })} options={options} wrong={wrong} />}
      <Tick name="capacity.calls" label={say('member.calls')} value={form.calls} set={(calls) => put({ calls })} wrong={wrong} />
      <Text name="capacity.chats" type="number" min={0} max={20} label={say('member.chats')} hint={say('member.chats.why')} value={form.chats} set={(chats) => put({ chats })} wrong={wrong} />
      <Save editing={editing} />
    </form>
  );
}
