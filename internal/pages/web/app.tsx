// The shell: who is signed in, and which screen the address asks for.
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Member, Unreached, call, onSignedOut, refresh, signOut } from './api';
import { CallbackPage, Callbacks } from './callbacks';
import { Live } from './live';
import { MyWork } from './me';
import { useTitle } from './parts';
import { go, match, usePath } from './router';
import { FirstPassword, Forgot, SignIn } from './signin';
import { say } from './words';

/** Where to after signing in. */
const home = '/me';

/** Comes back with the cookie, once the network is there. */
async function comeBack(): Promise<Member | undefined> {
  for (let wait = 500; ; wait = Math.min(15_000, 2 * wait)) {
    try {
      return await refresh() ? (await call<Member>('GET', '/v1/me')).body : undefined;
    } catch (e) {
      if (!(e instanceof Unreached)) return undefined;
      await new Promise((next) => setTimeout(next, wait));
    }
  }
}

function App() {
  const path = usePath();
  const [me, setMe] = useState<Member | null>(); // undefined: not known yet
  const [note, setNote] = useState('');
  useEffect(() => {
    void comeBack().then((m) => setMe(m ?? null));
    return onSignedOut(() => {
      setMe((was) => { if (was) setNote(say('signin.over')); return null; });
    });
  }, []);
  const begin = (m: Member) => {
    setNote('');
    setMe(m);
    if (location.pathname === '/sign-in' || location.pathname === '/') go(home, true);
  };
  if (me === undefined) return <main class="narrow" aria-busy="true" />;
  if (me === null) {
    if (path === '/forgot') return <Forgot done={(said) => { setNote(said); go('/sign-in'); }} />;
    return <SignIn note={note} done={begin} />;
  }
  if (me.mustChangePassword) return <FirstPassword me={me} done={setMe} />;
  const leave = (device: string) => void signOut(device).catch(() => undefined).then(() => { setNote(''); go('/sign-in', true); });
  return (
    <>
      <Nav me={me} path={path} />
      <Screen path={path} me={me} setMe={setMe} leave={leave} />
    </>
  );
}

interface ScreenProps { path: string; me: Member; setMe: (m: Member) => void; leave: (device: string) => void }

function Screen({ path, me, setMe, leave }: ScreenProps) {
  const manages = me.role !== 'staff';
  const callback = match('/callbacks/{id}', path);
  if (path === '/me' || path === '/' || path === '/sign-in') return <MyWork me={me} setMe={setMe} leave={leave} />;
  if (path === '/callbacks') return <Callbacks me={me} />;
  if (callback) return <CallbackPage key={callback['id']} id={callback['id']!} me={me} />;
  if (path === '/live' && manages) return <Live me={me} />;
  return <Nowhere />;
}

/** The way between screens. */
function Nav({ me, path }: { me: Member; path: string }) {
  const to = [['/me', 'nav.me'], ['/callbacks', 'nav.callbacks'], ...(me.role === 'staff' ? [] : [['/live', 'nav.live']] as const)] as const;
  return <nav aria-label={say('app')}>{to.map(([address, word]) => <a href={address} aria-current={path === address ? 'page' : undefined} onClick={(e) => { e.preventDefault(); go(address); }}>{say(word)}</a>)}</nav>;
}

function Nowhere() {
  useTitle(say('nowhere.title'));
  return <main class="narrow"><h1>{say('nowhere.title')}</h1><p><a href={home} onClick={(e) => { e.preventDefault(); go(home); }}>{say('nowhere.do')}</a></p></main>;
}

render(<App />, document.getElementById('app')!);
