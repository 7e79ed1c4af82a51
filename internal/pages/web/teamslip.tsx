// What somebody is handed who gets a password: shown once, copied or printed.
import { useState } from 'preact/hooks';
import { Icon } from './parts';
import { say } from './words';

export interface Handed { name: string; email: string; password: string }

/** What is told to one person: where, as who and by what they sign in. */
function Slip({ name, email, password }: Handed) {
  const [copied, note] = useState(false);
  const rows = [['team.slip.where', `${location.origin}/sign-in`], ['team.email', email], ['team.password', password]] as const;
  const text = rows.map(([word, value]) => `${say(word)}: ${value}`).join('\n');
  return (
    <article class="slip">
      <h3><bdi>{name}</bdi></h3>
      <dl>{rows.map(([word, value]) => <div key={word}><dt>{say(word)}</dt><dd>{value}</dd></div>)}</dl>
      {'clipboard' in navigator && (
        <p class="row noprint">
          <button type="button" aria-label={say('team.slip.copy.of', { name })} onClick={() => void navigator.clipboard.writeText(text).then(() => note(true), () => undefined)}>{say('team.slip.copy')}</button>
          <span role="status">{copied && <><Icon name="check" /> {say('team.slip.copied')}</>}</span>
        </p>
      )}
    </article>
  );
}

interface SlipsProps { handed: Handed[]; must: boolean }

/** Several of them, and their print. */
export const Slips = ({ handed, must }: SlipsProps) => (
  <div class="slips">
    <p class="noprint">{say(must ? 'team.slip.why' : 'team.slip.keep')}</p>
    <p class="row noprint"><button type="button" onClick={() => print()}>{say('team.slip.print')}</button></p>
    {handed.map((h) => <Slip key={h.email} {...h} />)}
  </div>
);
