// One's own password. What is typed is kept nowhere.
import { useState } from 'preact/hooks';
import { changePassword } from './api';
import { Field, Form, useDoing } from './parts';
import { Disclosed, Group } from './settings';
import { NewPassword } from './signin';
import { say } from './words';
import type { YouProps } from './you';

export function YourPassword({ me, setMe }: YouProps) {
  const [said, tell] = useState('');
  return (
    <Group title={say('you.password')} why={say('you.password.why')}>
      <Disclosed label={say('you.password.change')}>
        {(close) => <Change me={me} setMe={(m) => { setMe(m); tell(say('you.password.done')); close(); }} />}
      </Disclosed>
      <p role="status">{said}</p>
    </Group>
  );
}

function Change({ me, setMe }: YouProps) {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [confirm, setConfirm] = useState('');
  const { busy, wrong, run } = useDoing();
  return (
    <Form wrong={wrong} busy={busy} submit={() => run(async () => setMe(await changePassword(current, password, confirm)))}>
      <input type="text" autocomplete="username" value={me.email} hidden readOnly />
      <Field name="currentPassword" label={say('password.current')} type="password" autocomplete="current-password" value={current} set={setCurrent} wrong={wrong} />
      <NewPassword password={password} setPassword={setPassword} confirm={confirm} setConfirm={setConfirm} wrong={wrong} />
      <button class="main" disabled={busy}>{say('password.do')}</button>
    </Form>
  );
}
