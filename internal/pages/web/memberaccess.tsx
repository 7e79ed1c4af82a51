// How a member comes in and can be reached: password, sessions, presence, second factor, and the end.
import { useState } from 'preact/hooks';
import { type Member, Refused, call } from './api';
import { Confirm } from './confirm';
import { Faults } from './forms';
import { Leaving } from './memberleaving';
import { Link, useDoing } from './parts';
import { go } from './router';
import { type TeamMember, fullName, setPassword } from './team';
import { NewPassword, type Passwords, none } from './teamsecret';
import { Slips } from './teamslip';
import { say } from './words';

interface AccessProps { m: TeamMember; me: Member; again: () => void }

export function MemberAccess({ m, me, again }: AccessProps) {
  const mine = m.id === me.id, owners = m.role === 'owner' && !mine;
  return (
    <div class="access">
      <section aria-labelledby="password" class="sheet">
        <h2 id="password">{say('team.password')}</h2>
        {mine && <p><Link to="/settings">{say('member.password.own')}</Link></p>}
        {owners && <p class="soft">{say('member.owners')}</p>}
        {!mine && !owners && <SetPassword m={m} again={again} />}
      </section>
      <Acts m={m} me={me} again={again} />
    </div>
  );
}

function SetPassword({ m, again }: { m: TeamMember; again: () => void }) {
  const [secret, setSecret] = useState<Passwords>(none);
  const [handed, hand] = useState('');
  const { busy, wrong, run } = useDoing();
  const set = () => run(async () => {
    await setPassword(m.id, secret.password, secret.confirm);
    hand(secret.password);
    setSecret(none);
    again();
  });
  return (
    <form noValidate aria-busy={busy} aria-labelledby="password" onSubmit={(e) => { e.preventDefault(); if (!busy) set(); }}>
      <p class="why">{say('member.password.why')}</p>
      {/* For managers of passwords: not one's own. */}
      <Faults wrong={wrong} besides={['password', 'confirmPassword']} />
      <NewPassword value={secret} set={(s) => { setSecret(s); hand(''); }} wrong={wrong} />
      <p class="row"><button disabled={busy}>{say('member.password.set')}</button></p>
      <div role="status">{handed && <p>{say('member.password.done')}</p>}</div>
      {handed && <Slips must={false} handed={[{ name: fullName(m), email: m.email, password: handed }]} />}
    </form>
  );
}

const acts = ['offline', 'sessions', 'totp', 'delete'] as const;
type Act = (typeof acts)[number];

/** What may be done with a member as they are. */
function allowed(m: TeamMember, me: Member): Act[] {
  return acts.filter((a) => {
    switch (a) {
      case 'offline': return m.availability.status === 'online';
      case 'totp': return m.totp && me.role === 'owner' && m.id !== me.id;
      case 'delete': return m.role !== 'owner';
      default: return m.id !== me.id && m.role !== 'owner'; // one's own sessions are in the settings
    }
  });
}

/** What each act asks the API for. */
function callOf(act: Act, id: string): Promise<unknown> {
  switch (act) {
    case 'offline': return call('PUT', `/v1/members/${id}/presence`, { status: 'offline' });
    case 'sessions': return call('DELETE', `/v1/members/${id}/sessions`);
    case 'totp': return call('DELETE', `/v1/members/${id}/totp`);
    case 'delete': return call('DELETE', `/v1/members/${id}`).catch((e: unknown) => {
      if (!(e instanceof Refused) || e.problem.status !== 404) throw e; // gone already
    });
  }
}

function Acts({ m, me, again }: AccessProps) {
  const [act, begin] = useState<Act>();
  const [said, tell] = useState('');
  const [heard, hear] = useState(false); // what will happen
  const { busy, wrong, run, clear } = useDoing();
  const close = () => {
    clear();
    hear(false);
    begin(undefined);
  };
  const does = (a: Act) => run(async () => {
    await callOf(a, m.id);
    close();
    if (a === 'delete') return go('/team', true);
    tell(say(`member.${a}.done`, { name: m.firstName }));
    again();
  });
  const may = allowed(m, me);
  if (may.length === 0 && !m.totp && !said) return null;
  return (
    <section aria-labelledby="access" class="sheet">
      <h2 id="access">{say('member.access')}</h2>
      <p role="status" class="said">{said}</p>
      {m.totp && !may.includes('totp') && <p class="soft">{say(m.id === me.id ? 'member.totp.own' : 'member.totp.owner')}</p>}
      <p class="row">{may.map((a) => <button key={a} class={a === 'delete' ? 'danger' : ''} onClick={() => { tell(''); begin(a); }}>{say(`member.${a}`)}</button>)}</p>
      {act && (
        <Confirm title={say(`member.${act}.title`, { name: fullName(m) })} yes={say(`member.${act}`)} busy={busy} wait={act === 'delete' && !heard} wrong={wrong} does={() => does(act)} close={close}>
          {act === 'delete' ? <Leaving members={[m]} me={me} told={() => hear(true)} /> : <p>{say(`member.${act}.why`)}</p>}
        </Confirm>
      )}
    </section>
  );
}
