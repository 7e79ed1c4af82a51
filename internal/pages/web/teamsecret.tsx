// A password for somebody else: chosen and typed twice, or made here and shown.
import { type Wrong, Field } from './parts';
import { makePassword } from './teampassword';
import { say } from './words';

export interface Passwords { password: string; confirm: string; made: string }

export const none: Passwords = { password: '', confirm: '', made: '' };

interface NewPasswordProps { value: Passwords; set: (p: Passwords) => void; wrong: Wrong }

export function NewPassword({ value: p, set, wrong }: NewPasswordProps) {
  const make = () => {
    const made = makePassword();
    set({ password: made, confirm: made, made });
  };
  const made = p.made && p.made === p.password;
  return (
    <>
      <Field name="password" label={say('team.password')} hint={say('password.rule')} type="password" autocomplete="new-password" value={p.password} set={(password) => set({ ...p, password })} wrong={wrong} />
      <Field name="confirmPassword" label={say('team.confirm')} type="password" autocomplete="new-password" value={p.confirm} set={(confirm) => set({ ...p, confirm })} wrong={wrong} />
      <p class="row made">
        <button type="button" onClick={make}>{say(made ? 'team.make.again' : 'team.make')}</button>
        <span role="status">{made && <>{say('team.made')} <code>{p.made}</code></>}</span>
      </p>
    </>
  );
}
