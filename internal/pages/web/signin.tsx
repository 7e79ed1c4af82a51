// Signing in, with the second factor where there is one; a forgotten password; the first password
// of one's own.
import { useState } from 'preact/hooks';
import { type Member, Refused, call, changePassword, signIn } from './api';
import { Field, Form, Link, Narrow, useDoing, useTitle } from './parts';
import { say } from './words';

export function SignIn({ note, done }: { note?: string; done: (m: Member) => Promise<void> }) {
  useTitle(say('signin.title'));
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [otp, setOTP] = useState('');
  const [asked, ask] = useState(false);
  const { busy, wrong, run } = useDoing();
  const submit = () => run(async () => {
    try {
      await done(await signIn(email, password, asked ? otp : undefined));
    } catch (e) {
      if (!(e instanceof Refused) || e.name !== 'otp-required') throw e;
      if (asked && otp) throw e;
      ask(true);
    }
  });
  return (
    <Narrow>
      <Form title={say('signin.title')} why={note} wrong={wrong} busy={busy} submit={submit}>
        <Field name="email" label={say('signin.email')} type="email" inputMode="email" autocomplete="username" value={email} set={setEmail} wrong={wrong} autofocus />
        <Field name="password" label={say('signin.password')} type="password" autocomplete="current-password" value={password} set={setPassword} wrong={wrong} />
        {asked && <Field name="otp" label={say('signin.otp')} hint={say('signin.otp.why')} inputMode="numeric" autocomplete="one-time-code" value={otp} set={setOTP} wrong={wrong} autofocus />}
        <button class="main" disabled={busy}>{say('signin.do')}</button>
        <p><Link to="/forgot">{say('signin.forgot')}</Link></p>
      </Form>
    </Narrow>
  );
}

export function Forgot({ done }: { done: (note: string) => void }) {
  useTitle(say('forgot.title'));
  const [email, setEmail] = useState('');
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const [confirmPassword, setConfirm] = useState('');
  const [sent, setSent] = useState('');
  const { busy, wrong, run } = useDoing();
  const ask = () => run(async () => {
    await call('POST', '/v1/password/forgot', { email });
    setSent(email);
  });
  const reset = () => run(async () => {
    await call('POST', '/v1/password/reset', { email: sent, code, password, confirmPassword, cookie: true }, { cookie: true });
    done(say('forgot.done'));
  });
  const back = <p><Link to="/sign-in">{say('back')}</Link></p>;
  if (!sent) {
    return (
      <Narrow>
        <Form key="ask" title={say('forgot.title')} why={say('forgot.why')} wrong={wrong} busy={busy} submit={ask}>
          <Field name="email" label={say('signin.email')} type="email" inputMode="email" autocomplete="username" value={email} set={setEmail} wrong={wrong} autofocus />
          <button class="main" disabled={busy}>{say('forgot.do')}</button>
          {back}
        </Form>
      </Narrow>
    );
  }
  return (
    <Narrow>
      <Form key="set" title={say('forgot.title')} why={say('forgot.sent', { email: sent })} wrong={wrong} busy={busy} submit={reset}>
        <Field name="code" label={say('forgot.code')} inputMode="numeric" autocomplete="one-time-code" value={code} set={setCode} wrong={wrong} autofocus />
        <NewPassword password={password} setPassword={setPassword} confirm={confirmPassword} setConfirm={setConfirm} wrong={wrong} />
        <button class="main" disabled={busy}>{say('forgot.set')}</button>
        <p><button type="button" class="quiet" disabled={busy} onClick={ask}>{say('forgot.resend')}</button></p>
        {back}
      </Form>
    </Narrow>
  );
}

interface NewPasswordProps {
  password: string; setPassword: (s: string) => void; confirm: string; setConfirm: (s: string) => void; wrong: Record<string, string[]>;
}

/** A password, and once more. */
export function NewPassword(p: NewPasswordProps) {
  return (
    <>
      <Field name="password" label={say('password.new')} hint={say('password.rule')} type="password" autocomplete="new-password" value={p.password} set={p.setPassword} wrong={p.wrong} />
      <Field name="confirmPassword" label={say('password.confirm')} type="password" autocomplete="new-password" value={p.confirm} set={p.setConfirm} wrong={p.wrong} />
    </>
  );
}

export function FirstPassword({ me, done }: { me: Member; done: (m: Member) => void }) {
  useTitle(say('password.title'));
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [confirm, setConfirm] = useState('');
  const { busy, wrong, run } = useDoing();
  return (
    <Narrow>
      <Form title={say('password.title')} why={say('password.why')} wrong={wrong} busy={busy} submit={() => run(async () => done(await changePassword(current, password, confirm)))}>
        <input type="text" autocomplete="username" value={me.email} hidden readOnly />
        <Field name="currentPassword" label={say('password.current')} type="password" autocomplete="current-password" value={current} set={setCurrent} wrong={wrong} autofocus />
        <NewPassword password={password} setPassword={setPassword} confirm={confirm} setConfirm={setConfirm} wrong={wrong} />
        <button class="main" disabled={busy}>{say('password.do')}</button>
      </Form>
    </Narrow>
  );
}
