// My work: one screen for whoever takes customers, on a phone first. What rings fills it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Availability, type Member, Refused, call } from './api';
import { Icon, Theirs, type Wrong, useDoing, useTitle, wrongOf } from './parts';
import { useWork } from './poll';
import { audible, hush, ring, unlock } from './sound';
import { type Word, isWord, say } from './words';
import { type Escalation, keyOf, moment } from './work';

/** The name by which the API knows this page, so that one's other devices stop ringing. */
const device = 'page-' + crypto.randomUUID();

const clock = (iso: string | number, m: Member): string =>
  new Date(iso).toLocaleTimeString(m.language || undefined, { hour: '2-digit', minute: '2-digit' });

const reasonOf = (e: Escalation): string => {
  const key = `reason.${e.reason}`;
  return isWord(key) ? say(key) : e.reason;
};

export function MyWork({ me, setMe, leave }: { me: Member; setMe: (m: Member) => void; leave: (device: string) => void }) {
  useTitle(say('me.title'));
  const online = me.availability.status === 'online';
  const work = useWork(online);
  const { busy, wrong, run } = useDoing();
  const items = work.found?.items ?? [];
  const offers = items.filter((e) => e.offer?.memberId === me.id);
  const mine = items.filter((e) => e.assignedTo?.id === me.id);
  const offer = useAlive(offers, work.found?.deadlines ?? {});
  const [news, tell] = useState('');
  const gone = useGone(offers, tell);
  useRing(offer);
  const turn = (status: 'online' | 'offline') => run(async () => {
    if (status === 'online') await unlock().catch(() => undefined);
    const a = await call<Availability>('PUT', '/v1/me/presence', { status });
    setMe({ ...me, availability: a.body });
    work.order({ kind: 'now' });
  });
  return (
    <main class="me">
      <header class="top">
        <h1>{say('me.whose', { name: me.firstName })}</h1>
        <button class="quiet" onClick={() => leave(device)}><Icon name="log-out" />{say('me.signOut')}</button>
      </header>
      {work.awaySince && <p class="bar bad" role="status"><Icon name="wifi-off" />{say('me.noNetwork', { time: clock(work.awaySince, me) })}</p>}
      {online && <Sound />}
      <Presence me={me} online={online} busy={busy} wrong={wrong} turn={turn} />
      <p class="news" role="status">{news}</p>
      {offer && <Ringing key={keyOf(offer)} e={offer} ends={work.found!.deadlines[keyOf(offer)]!} more={offers.length - 1} done={(said) => { gone.mine(offer); tell(said); work.order({ kind: 'now' }); }} />}
      {mine.length === 0 && !offer && <p class="empty">{say('me.nothing')}</p>}
      {mine.map((e) => <Open key={e.id} id={e.id} me={me} done={() => work.order({ kind: 'now' })} />)}
    </main>
  );
}

/** The switch, and why nothing rings where nothing does. */
function Presence(p: { me: Member; online: boolean; busy: boolean; wrong: Wrong; turn: (s: 'online' | 'offline') => void }) {
  const a = p.me.availability;
  const why = becauseOf(a, p.me);
  return (
    <section class={p.online ? 'presence on' : 'presence off'} aria-label={say('me.title')}>
      <p class="state">{say(p.online ? 'me.online' : 'me.offline')}</p>
      <p>{a.because === 'receiving' && a.shiftEndsAt ? say('me.until', { time: clock(a.shiftEndsAt, p.me) }) : a.because !== 'receiving' && why}</p>
      <button class="main" role="switch" aria-checked={p.online} disabled={p.busy} onClick={() => p.turn(p.online ? 'offline' : 'online')}>
        {say(p.online ? 'me.goOffline' : 'me.goOnline')}
      </button>
      <div role="alert">{Object.values(p.wrong).flat().map((w) => <p class="wrong">{w}</p>)}</div>
    </section>
  );
}

function becauseOf(a: Availability, m: Member): string {
  const key = `because.${a.because}`;
  if (a.because === 'off_shift') {
    return a.nextShiftAt ? say('because.off_shift', { time: new Date(a.nextShiftAt).toLocaleString(m.language || undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' }) }) : say('because.off_shift.none');
  }
  return isWord(key) ? say(key) : a.because;
}

/** Says that nothing would be heard, and mends it by the touch. */
function Sound() {
  const [on, set] = useState(audible());
  useEffect(() => {
    const look = setInterval(() => set(audible()), 1000);
    return () => clearInterval(look);
  }, []);
  if (on) return null;
  return <button class="bar warn" onClick={() => void unlock().then(() => set(audible()))}><Icon name="volume-x" />{say('me.soundOff')}</button>;
}

/** The oldest offer that has not run out. */
function useAlive(offers: Escalation[], deadlines: Record<string, number>): Escalation | undefined {
  const [, again] = useState(0);
  const alive = offers.find((e) => (deadlines[keyOf(e)] ?? 0) > moment());
  const ends = alive && deadlines[keyOf(alive)]!;
  useEffect(() => {
    if (!ends) return undefined;
    const t = setTimeout(() => again((n) => n + 1), ends - moment());
    return () => clearTimeout(t);
  }, [ends]);
  return alive;
}

/** Says what became of an offer that went away without this page's doing. */
function useGone(offers: Escalation[], tell: (s: string) => void): { mine: (e: Escalation) => void } {
  const known = useRef(new Map<string, Escalation>());
  const answered = useRef(new Set<string>());
  useEffect(() => {
    const now = new Set(offers.map(keyOf));
    for (const [key, e] of known.current) {
      if (now.has(key)) continue;
      known.current.delete(key);
      if (!answered.current.delete(key)) void whatBecame(e).then(tell);
    }
    for (const e of offers) known.current.set(keyOf(e), e);
  }, [offers.map(keyOf).join()]);
  return { mine: (e) => answered.current.add(keyOf(e)) };
}

async function whatBecame(e: Escalation): Promise<string> {
  try {
    const now = (await call<Escalation>('GET', `/v1/escalations/${e.id}`)).body;
    if (now.state === 'cancelled') return say('ended.left');
    if (now.assignedTo) return say('ended.taken', { name: now.assignedTo.firstName });
  } catch (error) {
    if (!(error instanceof Refused)) return '';
  }
  return say('ended.elsewhere');
}

/** Rings, and says so in the title, while there is an offer. */
function useRing(offer: Escalation | undefined): void {
  const key = offer && keyOf(offer);
  useEffect(() => {
    if (!offer) return undefined;
    const title = document.title;
    document.title = `(1) ${say(offer.channel === 'call' ? 'offer.call' : 'offer.chat')} · ${offer.departmentName ?? say('app')}`;
    ring(offer.channel);
    return () => {
      hush();
      document.title = title;
    };
  }, [key]);
}

/** Whole seconds until a moment. */
function useSeconds(ends: number): number {
  const left = () => Math.max(0, Math.ceil((ends - moment()) / 1000));
  const [seconds, set] = useState(left);
  useEffect(() => {
    const t = setInterval(() => set(left()), 250);
    return () => clearInterval(t);
  }, [ends]);
  return seconds;
}

function Ringing({ e, ends, more, done }: { e: Escalation; ends: number; more: number; done: (said: string) => void }) {
  const seconds = useSeconds(ends);
  const { busy, wrong, run } = useDoing();
  const answer = (what: 'accept' | 'decline') => run(async () => {
    try {
      await call('POST', `/v1/escalations/${e.id}/${what}`, { offer: e.offer!.number, deviceId: device });
      done('');
    } catch (error) {
      if (!(error instanceof Refused) || error.name !== 'offer-gone') throw error;
      const by = error.problem.takenBy;
      done(by ? say('ended.taken', { name: by.firstName }) : say('ended.elsewhere'));
    }
  });
  const title = say(e.channel === 'call' ? 'offer.call' : 'offer.chat');
  return (
    <section class="ringing" role="alertdialog" aria-label={title}>
      <p class="kind"><Icon name={e.channel === 'call' ? 'phone' : 'message-circle'} />{title}{e.drill && <span class="tag">{say('offer.drill')}</span>}</p>
      {e.departmentName && <p class="department">{e.departmentName}</p>}
      <p>{reasonOf(e)}</p>
      <p class="seconds" aria-live={seconds === 10 || seconds === 5 ? 'assertive' : 'off'}>{say('offer.seconds', { n: seconds })}</p>
      <button class="accept" disabled={busy} onClick={() => answer('accept')}>{say('offer.accept')}</button>
      <button class="decline" disabled={busy} onClick={() => answer('decline')}>{say('offer.decline')}</button>
      <p class="hint">{say('offer.next')}</p>
      {more > 0 && <p>{say('me.more', { n: more })}</p>}
      <div role="alert">{Object.values(wrong).flat().map((w) => <p class="wrong">{w}</p>)}</div>
    </section>
  );
}

/** One accepted work: what the customer said, and how it ends. */
function Open({ id, me, done }: { id: string; me: Member; done: () => void }) {
  const [e, set] = useState<Escalation>();
  const [failed, fail] = useState<Wrong>({});
  const [wrapping, wrap] = useState(false);
  const load = () => void call<Escalation>('GET', `/v1/escalations/${id}`).then((a) => { set(a.body); fail({}); }, (error: unknown) => fail(wrongOf(error)));
  useEffect(load, [id]);
  if (!e) {
    return failed[''] ? <section class="work"><p class="wrong">{failed['']}</p><button onClick={load}>{say('again')}</button></section> : <section class="work" aria-busy="true" />;
  }
  const c = e.conversation;
  return (
    <section class="work" aria-label={say(e.channel === 'call' ? 'offer.call' : 'offer.chat')}>
      <h2><Icon name={e.channel === 'call' ? 'phone' : 'message-circle'} /><Theirs text={e.customer.name || say('work.customer')} />{e.drill && <span class="tag">{say('offer.drill')}</span>}</h2>
      {e.summary && <><h3>{say('work.summary')}</h3><p><Theirs text={e.summary} /></p></>}
      <Link e={e} />
      {c && c.messages.length > 0 && (
        <details open>
          <summary>{say('work.conversation')}</summary>
          <ol class="messages">
            {c.messages.map((m) => <li class={m.from}><span class="from">{say(`from.${m.from}` as Word)} {m.at && <time dateTime={m.at}>{clock(m.at, me)}</time>}</span><Theirs text={m.text} /></li>)}
          </ol>
        </details>
      )}
      {wrapping ? <WrapUp e={e} done={done} cancel={() => wrap(false)} /> : <button class="main" onClick={() => wrap(true)}>{say('work.finish')}</button>}
    </section>
  );
}

/** The two links there are: the platform's chat and the customer's phone. */
function Link({ e }: { e: Escalation }) {
  const url = e.connect?.url ?? '';
  const host = /^https:\/\//.test(url) && URL.canParse(url) ? new URL(url).host : '';
  return (
    <p class="links">
      {host && <a href={url} target="_blank" rel="noopener noreferrer"><Icon name="external-link" />{say('work.open', { host })}</a>}
      {/^\+[1-9]\d{1,14}$/.test(e.customer.phone) && <a href={`tel:${e.customer.phone}`}><Icon name="phone" />{e.customer.phone}</a>}
    </p>
  );
}

const outcomes = ['resolved', 'hand_back', 'no_customer'] as const;

function WrapUp({ e, done, cancel }: { e: Escalation; done: () => void; cancel: () => void }) {
  const [outcome, choose] = useState<(typeof outcomes)[number]>('resolved');
  const [note, setNote] = useState('');
  const { busy, wrong, run } = useDoing();
  const submit = () => run(async () => {
    await call('POST', `/v1/escalations/${e.id}/complete`, { outcome, ...(note ? { note } : {}) });
    done();
  });
  return (
    <form class="wrap" onSubmit={(event) => { event.preventDefault(); if (!busy) submit(); }}>
      <fieldset>
        <legend>{say('wrap.title')}</legend>
        {outcomes.map((o) => <label><input type="radio" name="outcome" value={o} checked={o === outcome} onChange={() => choose(o)} />{say(`wrap.${o}`)}</label>)}
      </fieldset>
      <label class="field">{say('wrap.note')}<textarea rows={3} maxLength={1000} value={note} onInput={(event) => setNote(event.currentTarget.value)} /></label>
      <div role="alert">{Object.values(wrong).flat().map((w) => <p class="wrong">{w}</p>)}</div>
      <button class="main" disabled={busy}>{say('wrap.do')}</button>
      <button type="button" class="quiet" onClick={cancel}>{say('cancel')}</button>
    </form>
  );
}
