// The second factor of owners and admins whose account asks for one, and its parts, of which
// settings are made, too.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { type Member, call } from './api';
import { useFirst } from './forms';
import { Field, Form, Narrow, useDoing, useTitle } from './parts';
import { say } from './words';

/** What an authenticator app is to know. */
export interface Setup { secret: string; uri: string }

/** A secret in groups of four, as people read and type it. */
const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ');

/** Sets up a second factor: the password, the secret for the app, a code of it, the recovery codes. */
export function SecondFactor({ me, done, leave }: { me: Member; done: () => void; leave: () => void }) {
  useTitle(say('factor.title'));
  const [setup, begin] = useState<Setup>();
  const [codes, show] = useState<string[]>();
  if (codes) return <Narrow><h1>{say('factor.codes')}</h1><RecoveryCodes codes={codes} done={done} /></Narrow>;
  return (
    <Narrow>
      {setup
        ? <ConfirmSecret title={say('factor.title')} setup={setup} confirmed={show} again={() => begin(undefined)} />
        : <AskSecret title={say('factor.title')} why={say('factor.why')} me={me} begun={begin} />}
      <p><button class="quiet" onClick={leave}>{say('me.signOut')}</button></p>
    </Narrow>
  );
}

/** Gives the password for a secret. */
export function AskSecret({ title = '', why, me, begun }: { title?: string; why: string; me: Member; begun: (s: Setup) => void }) {
  const [currentPassword, set] = useState('');
  const { busy, wrong, run } = useDoing();
  const ask = () => run(async () => begun((await call<Setup>('POST', '/v1/me/totp', { currentPassword })).body));
  return (
    <Form title={title} why={why} wrong={wrong} busy={busy} submit={ask}>
      <input type="text" autocomplete="username" value={me.email} hidden readOnly />
      <Field name="currentPassword" label={say('signin.password')} type="password" autocomplete="current-password" value={currentPassword} set={set} wrong={wrong} autofocus />
      <button class="main" disabled={busy}>{say('factor.begin')}</button>
    </Form>
  );
}

interface ConfirmProps { title?: string; setup: Setup; confirmed: (codes: string[]) => void; again: () => void; children?: ComponentChildren }

/** Shows the secret, and takes a code that the app makes of it. */
export function ConfirmSecret({ title = '', setup, confirmed, again, children }: ConfirmProps) {
  const [otp, set] = useState('');
  const { busy, wrong, run } = useDoing();
  const confirm = () => run(async () => confirmed((await call<{ recoveryCodes: string[] }>('POST', '/v1/me/totp/confirm', { otp })).body.recoveryCodes));
  return (
    <Form title={title} why={say('factor.secret')} wrong={wrong} busy={busy} submit={confirm}>
      <p class="secret"><code>{grouped(setup.secret)}</code></p>
      {children}
      <Field name="otp" label={say('signin.otp')} hint={say('factor.code')} inputMode="numeric" autocomplete="one-time-code" value={otp} set={set} wrong={wrong} autofocus />
      <button class="main" disabled={busy}>{say('factor.confirm')}</button>
      <p><button type="button" class="quiet" onClick={again}>{say('back')}</button></p>
    </Form>
  );
}

/** Shows the recovery codes, this once. */
export function RecoveryCodes({ codes, done }: { codes: string[]; done: () => void }) {
  const first = useFirst<HTMLParagraphElement>();
  return (
    <>
      <p class="why" tabIndex={-1} ref={first}>{say('factor.codes.why')}</p>
      <ul class="secret">{codes.map((c) => <li key={c}><code>{c}</code></li>)}</ul>
      <button class="main" onClick={done}>{say('factor.kept')}</button>
    </>
  );
}
