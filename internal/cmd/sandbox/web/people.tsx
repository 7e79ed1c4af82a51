// The demo people beside the form for signing in, one click each.
import { useEffect, useState } from 'preact/hooks';
import { type Person, about, signInAs } from './sandbox';
import { say, sayOf } from './words';

/** Whether the pages show the form for signing in. */
const signingIn = (): boolean =>
  document.querySelector('#app input[name="email"]') !== null && document.querySelector('#app input[autocomplete="current-password"]') !== null;

function useSigningIn(): boolean {
  const [is, set] = useState(signingIn);
  useEffect(() => {
    const app = document.getElementById('app')!;
    const look = new MutationObserver(() => set(signingIn()));
    look.observe(app, { childList: true, subtree: true });
    set(signingIn());
    return () => look.disconnect();
  }, []);
  return is;
}

export function DemoPeople() {
  const shown = useSigningIn();
  const [people, set] = useState<Person[]>([]);
  const [failed, fail] = useState('');
  useEffect(() => { void about().then((a) => set(a.people), () => undefined); }, []);
  if (!shown || people.length === 0) return null;
  const begin = (p: Person) => {
    fail('');
    signInAs(p).then(() => location.assign('/'), (e: Error) => fail(e.message));
  };
  return (
    <section class="pane-people" aria-labelledby="demo-people">
      <h2 id="demo-people">{say('people')}</h2>
      <ul>
        {people.map((p) => (
          <li key={p.email}>
            <button onClick={() => begin(p)}><bdi>{p.firstName}</bdi><span class="about">{sayOf('role', p.role)}</span></button>
          </li>
        ))}
      </ul>
      {failed && <p class="wrong" role="alert">{failed}</p>}
      <p class="about">{say('people.why')}</p>
    </section>
  );
}
