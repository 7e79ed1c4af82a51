// The shell: who is signed in, and which screen the address asks for.
import { render } from 'preact';
import { useEffect, useErrorBoundary, useMemo, useState } from 'preact/hooks';
import { type Member, Refused, Unreached, call, isSignedIn, onFactorDue, onSignedOut, refresh, signOut } from './api';
import { device } from './answers';
import { AtWork, Bars } from './atwork';
import { CallbackPage, Callbacks } from './callbacks';
import { EscalationPage } from './escalation';
import { SecondFactor } from './factor';
import { Live, prepare } from './managingdoor';
import { MyWork } from './me';
import { Nav } from './nav';
import { Office } from './officedoor';
import { Link, useTitle } from './parts';
import { closeAll, leavePhone } from './phone';
import { go, match, usePath } from './router';
import { FirstPassword, Forgot, SignIn } from './signin';
import { onSpoken, speakTo, speakToBrowser } from './translations';
import { say } from './words';

/** Where somebody begins: who manages others sees what goes on, all others their work. An owner
 * alone is the whole team. */
async function homeOf(m: Member): Promise<string> {
  if (m.role === 'staff') return '/me';
  if (m.role === 'admin') return '/live';
  const team = await call<{ members: unknown[] }>('GET', '/v1/live').catch(() => undefined);
  return team && team.body.members.length > 1 ? '/live' : '/me';
}

/** Whether an address names no screen of its own. */
const noScreen = (path: string): boolean => path === '/' || path === '/sign-in';

/** Comes back with the cookie, once network and server are there. */
async function comeBack(): Promise<Member | undefined> {
  for (let wait = 500; ; wait = Math.min(15_000, 2 * wait)) {
    try {
      return await refresh() ? (await call<Member>('GET', '/v1/me')).body : undefined;
    } catch (e) {
      const later = e instanceof Unreached || e instanceof Refused && (e.problem.status === 429 || e.problem.status >= 500);
      if (!later) return undefined;
      await new Promise((next) => setTimeout(next, Math.max(wait, e instanceof Refused ? 1000 * e.retryAfter : 0)));
    }
  }
}

/** Waits a second at most for words: work is not kept from anybody by them, and they are shown once they are there. */
const soon = (words: Promise<void>): Promise<void> => Promise.race([words, new Promise<void>((next) => setTimeout(next, 1000))]);

/** Signs out, and leaves nothing that rings. */
async function leaveHere(): Promise<void> {
  const id = device(), left = leavePhone();
  await signOut(id).finally(() => left);
}

/** Of somebody who has said no language, that of the words, where the browser's is another: sentences and the dates in them are in one. */
const reading = (m: Member, words: string): Member => (m.language || navigator.language.split('-')[0] === words ? m : { ...m, language: words });

function App() {
  const path = usePath();
  const [me, setMe] = useState<Member | null>(); // undefined: not known yet
  const [note, setNote] = useState('');
  const [due, setDue] = useState(false);
  const [, draw] = useState(0);
  const begin = async (m: Member) => {
    if (m.role !== 'staff') prepare().catch(() => undefined); // the door says so
    const [to] = await Promise.all([noScreen(location.pathname) && !m.mustChangePassword ? homeOf(m) : '', soon(speakTo(m))]);
    isSignedIn(m);
    setNote('');
    setMe(m);
    if (to && noScreen(location.pathname)) go(to, true);
  };
  useEffect(() => onFactorDue(() => setDue(true)), []);
  useEffect(() => {
    void comeBack().then((m) => m ? begin(m) : soon(speakToBrowser()).then(() => setMe(null)));
    return onSignedOut((why) => {
      setDue(false);
      void closeAll();
      setMe((was) => { if (was) setNote(say(`signin.${why}`)); return null; });
    });
  }, []);
  useEffect(() => onSpoken(() => draw((n) => n + 1)), []);
  useEffect(() => { if (me) void speakTo(me); }, [me?.id, me?.language]);
  const words = document.documentElement.lang;
  const reader = useMemo(() => me && reading(me, words), [me, words]);
  if (me === undefined) return <main class="narrow" aria-busy="true" />;
  if (!reader) {
    if (path === '/forgot') return <Forgot done={(said) => { setNote(said); go('/sign-in'); }} />;
    return <SignIn note={note} done={begin} />;
  }
  if (reader.mustChangePassword) return <FirstPassword me={reader} done={(m) => void begin(m)} />;
  const leave = () => void leaveHere().catch(() => undefined).then(() => { setNote(''); go('/sign-in', true); });
  if (due) return <SecondFactor me={reader} done={() => setDue(false)} leave={leave} />;
  return (
    <AtWork key={reader.id} me={reader} setMe={setMe}>
      <Nav me={reader} path={path} leave={leave} />
      <Bars />
      <Guarded key={path} path={path} me={reader} setMe={setMe} />
    </AtWork>
  );
}

interface ScreenProps { path: string; me: Member; setMe: (me: Member) => void }

/** The screen of one address, or a word where a fault of ours kept it from being drawn: what rings must not go with it. */
function Guarded(p: ScreenProps) {
  const [fault] = useErrorBoundary((e: unknown) => console.error(e));
  if (!fault) return <Screen {...p} />;
  return <main class="narrow"><h1>{say('broken.title')}</h1><p>{say('broken.why')}</p><button class="main" onClick={() => location.reload()}>{say('broken.do')}</button></main>;
}

function Screen({ path, me, setMe }: ScreenProps) {
  const manages = me.role !== 'staff';
  const callback = match('/callbacks/{id}', path);
  if (path === '/me') return <MyWork />;
  const escalation = match('/escalations/{id}', path);
  if (escalation) return <EscalationPage id={escalation['id']!} />;
  if (path === '/callbacks') return <Callbacks me={me} />;
  if (callback) return <CallbackPage id={callback['id']!} me={me} />;
  if (path === '/live' && manages) return <Live me={me} />;
  if (noScreen(path)) return <main aria-busy="true" />; // on the way home
  return <Office path={path} me={me} setMe={setMe} nowhere={<Nowhere />} />;
}

function Nowhere() {
  useTitle(say('nowhere.title'));
  return <main class="narrow"><h1>{say('nowhere.title')}</h1><p><Link to="/me">{say('nowhere.do')}</Link></p></main>;
}

render(<App />, document.getElementById('app')!);
