// The second factor: set up with an authenticator app, or turned off.
import { useState } from 'preact/hooks';
import { call } from './api';
import { AskSecret, ConfirmSecret, RecoveryCodes, type Setup } from './factor';
import { Field, Form, useDoing } from './parts';
import { Disclosed, Group } from './settings';
import { say } from './words';
import type { YouProps } from './you';

export function YourFactor({ me, setMe }: YouProps) {
  const [codes, show] = useState<string[]>(); // shown this once, whatever else is heard of the member meanwhile
  const [said, tell] = useState('');
  const turn = (totp: boolean) => {
    setMe({ ...me, totp });
    tell(say(totp ? 'you.factor.set' : 'you.factor.ended'));
  };
  if (codes) return <Group title={say('factor.codes')}><RecoveryCodes codes={codes} done={() => { show(undefined); turn(true); }} /></Group>;
  return (
    <Group title={say('you.factor')}>
      <p>{say(me.totp ? 'you.factor.on' : 'you.factor.off')}</p>
      {me.totp
        ? <Disclosed key="on" label={say('you.factor.end')}>{(close) => <End me={me} done={() => { turn(false); close(); }} />}</Disclosed>
        : <Disclosed key="off" label={say('you.factor.begin')}>{() => <Begin me={me} done={show} />}</Disclosed>}
      <p role="status">{said}</p>
    </Group>
  );
}

function Begin({ me, done }: { me: YouProps['me']; done: (codes: string[]) => void }) {
  const [setup, begin] = useState<Setup>();
  if (!setup) return <AskSecret me={me} why={say('you.factor.why')} begun={begin} />;
  return (
    <ConfirmSecret setup={setup} confirmed={done} again={() => begin(undefined)}>
      <p><a href={setup.uri}>{say('you.factor.uri')}</a></p>
    </ConfirmSecret>
  );
}

function End({ me, done }: { me: YouProps['me']; done: () => void }) {
  const [currentPassword, setPassword] = useState('');
  const [otp, setOTP] = useState('');
  const { busy, wrong, run } = useDoing();
  const end = () => run(async () => {
    await call('DELETE', '/v1/me/totp', { currentPassword, otp: otp.replace(/\s/g, '') });
    done();
  });
  return (
    <Form wrong={wrong} busy={busy} submit={end}>
      <input type="text" autocomplete="username" value={me.email} hidden readOnly />
      <Field name="currentPassword" label={say('password.current')} type="password" autocomplete="current-password" value={currentPassword} set={setPassword} wrong={wrong} />
      <Field name="otp" label={say('you.factor.otp')} inputMode="numeric" autocomplete="one-time-code" value={otp} set={setOTP} wrong={wrong} />
      <button class="main" disabled={busy}>{say('you.factor.end')}</button>
    </Form>
  );
}
