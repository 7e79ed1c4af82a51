// The e-mail by which one signs in: a code to the new one proves that it is one's own.
import { useState } from 'preact/hooks';
import { type Member, call } from './api';
import { useDraft } from './drafts';
import { Text } from './fields';
import { Field, Form, useDoing } from './parts';
import { Disclosed, Group } from './settings';
import { say } from './words';
import type { YouProps } from './you';

export function YourEmail({ me, setMe }: YouProps) {
  const [said, tell] = useState('');
  return (
    <Group title={say('you.email')}>
      <p>{say('you.email.now', { email: me.email })}</p>
      <p class="hint">{say(me.emailProved ? 'you.email.proved' : 'you.email.unproved')}</p>
      <Disclosed label={say(me.emailProved ? 'you.email.change' : 'you.email.prove')}>
        {(close) => <Change me={me} setMe={setMe} done={(email) => { tell(say('you.email.done', { email })); close(); }} />}
      </Disclosed>
      <p role="status">{said}</p>
    </Group>
  );
}

interface ChangeProps extends YouProps { done: (email: string) => void }

/** Asks for a code, and sends it. Where the code was sent stays known when another screen is looked at. */
function Change({ me, setMe, done }: ChangeProps) {
  const [{ email, sent }, put, clear] = useDraft('you/email', { email: '', sent: '' });
  const [currentPassword, setPassword] = useState('');
  const [code, setCode] = useState('');
  const { busy, wrong, run } = useDoing();
  const ask = () => run(async () => {
    await call('PUT', '/v1/me/email', { email, currentPassword });
    setPassword('');
    put({ sent: email });
  });
  const confirm = () => run(async () => {
    await call('POST', '/v1/me/email/confirm', { code: code.replace(/\s/g, '') });
    clear();
    const now = (await call<Member>('GET', '/v1/me')).body;
    done(now.email);
    setMe(now);
  });
  if (sent) {
    return (
      <Form key="code" why={say('you.email.sent', { email: sent })} wrong={wrong} busy={busy} submit={confirm}>
        <Field name="code" label={say('you.code')} inputMode="numeric" autocomplete="one-time-code" value={code} set={setCode} wrong={wrong} />
        <p class="row">
          <button class="main" disabled={busy}>{say('you.email.set')}</button>
          <button type="button" class="quiet" disabled={busy} onClick={() => put({ sent: '' })}>{say('you.email.again')}</button>
        </p>
      </Form>
    );
  }
  return (
    <Form key="ask" wrong={wrong} busy={busy} submit={ask}>
      <Text name="email" type="email" label={say('you.email.new')} autocomplete="email" value={email} set={(to) => put({ email: to })} wrong={wrong} />
      <input type="text" autocomplete="username" value={me.email} hidden readOnly />
      <Field name="currentPassword" label={say('password.current')} type="password" autocomplete="current-password" value={currentPassword} set={setPassword} wrong={wrong} />
      <button class="main" disabled={busy}>{say('you.email.ask')}</button>
    </Form>
  );
}
