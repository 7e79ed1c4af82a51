// The owner hands the business over to an admin, with the password and a code.
import { useEffect, useState } from 'preact/hooks';
import { type Member, call } from './api';
import { Unread } from './asof';
import { useAtWork } from './atwork';
import { useDraft } from './drafts';
import { Pick } from './fields';
import { Field, Form, Link, useDoing } from './parts';
import { Disclosed, Group } from './settings';
import { say } from './words';
import type { YouProps } from './you';

export function HandOver({ me, setMe }: YouProps) {
  return (
    <Group title={say('you.owner')} why={say('you.owner.why')}>
      <Disclosed label={say('you.owner.do')}>{() => <Steps me={me} setMe={setMe} />}</Disclosed>
    </Group>
  );
}

const fullName = (m: Member): string => `${m.firstName} ${m.lastName}`;

/** All admins: whoever is not among them cannot become the owner. */
function useAdmins() {
  const [admins, set] = useState<Member[]>();
  const { busy, wrong, run } = useDoing();
  const read = () => run(async () => {
    const all: Member[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const { body }: { body: { items: Member[]; nextCursor?: string } } = await call('GET', `/v1/members?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      all.push(...body.items);
      cursor = body.nextCursor;
    }
    set(all.filter((m) => m.role === 'admin'));
  });
  useEffect(read, []);
  return { admins, busy, failed: Object.values(wrong).flat()[0], read };
}

function Steps({ me, setMe }: YouProps) {
  const [{ to, sent }, put, clear] = useDraft('you/owner', { to: '', sent: false });
  const { admins, failed, read } = useAdmins();
  const { tell } = useAtWork();
  if (failed) return <Unread failed={failed} again={read} />;
  if (!admins) return <p aria-busy="true">{say('reading')}</p>;
  if (admins.length === 0) return <p>{say('you.owner.nobody')} <Link to="/team">{say('you.owner.team')}</Link></p>;
  const heir = admins.find((m) => m.id === to);
  const done = async () => {
    clear();
    tell(say('you.owner.done', { name: heir ? fullName(heir) : '' }));
    setMe((await call<Member>('GET', '/v1/me')).body);
  };
  if (sent && heir) return <Confirmation name={fullName(heir)} done={done} again={() => put({ sent: false })} />;
  return <Asking me={me} admins={admins} to={to} put={put} done={done} />;
}

interface AskingProps { me: Member; admins: Member[]; to: string; put: (change: { to?: string; sent?: boolean }) => void; done: () => Promise<void> }

function Asking({ me, admins, to, put, done }: AskingProps) {
  const [currentPassword, setPassword] = useState('');
  const { busy, wrong, run } = useDoing();
  const ask = () => run(async () => {
    const { status } = await call('POST', '/v1/account/owner', { memberId: to, currentPassword });
    setPassword('');
    if (status === 204) await done(); // no mail is sent here, so no code either
    else put({ sent: true });
  });
  return (
    <Form key="ask" wrong={wrong} busy={busy} submit={ask}>
      <Pick name="memberId" label={say('you.owner.to')} value={to} set={(memberId) => put({ to: memberId })} options={[['', say('you.owner.choose')], ...admins.map((m) => [m.id, `${fullName(m)} · ${m.email}`] as const)]} wrong={wrong} />
      <input type="text" autocomplete="username" value={me.email} hidden readOnly />
      <Field name="currentPassword" label={say('password.current')} type="password" autocomplete="current-password" value={currentPassword} set={setPassword} wrong={wrong} />
      <button class="main" disabled={busy || !to}>{say('you.owner.ask')}</button>
    </Form>
  );
}

function Confirmation({ name, done, again }: { name: string; done: () => Promise<void>; again: () => void }) {
  const [code, setCode] = useState('');
  const { busy, wrong, run } = useDoing();
  const confirm = () => run(async () => {
    await call('POST', '/v1/account/owner/confirm', { code: code.replace(/\s/g, '') });
    await done();
  });
  return (
    <Form key="code" why={say('you.owner.sent', { name })} wrong={wrong} busy={busy} submit={confirm}>
      <Field name="code" label={say('you.code')} inputMode="numeric" autocomplete="one-time-code" value={code} set={setCode} wrong={wrong} />
      <p class="row">
        <button class="main" disabled={busy}>{say('you.owner.confirm', { name })}</button>
        <button type="button" class="quiet" disabled={busy} onClick={again}>{say('you.owner.again')}</button>
      </p>
    </Form>
  );
}
