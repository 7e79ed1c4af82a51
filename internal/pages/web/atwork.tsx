// At work: what polls, rings and is told on every screen of somebody who is signed in.
import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { type Answers, useAnswers } from './answers';
import { type Availability, type Member, call } from './api';
import { keepDraftsOf } from './drafts';
import { useGone, useAwake, useOffers, useRing } from './offers';
import { Icon } from './parts';
import { closeShown } from './phone';
import { usePhoneAtWork } from './phonework';
import { type Work, useWork } from './poll';
import { because, SoundBar } from './presence';
import { Ringing } from './ringing';
import { go } from './router';
import { unlock, unlockByTouch } from './sound';
import { time } from './times';
import { useMedia } from './wide';
import { say } from './words';
import { type Escalation, keyOf, past } from './work';

/** How long an answer may be under way that a turn of the switch overtakes, in milliseconds. */
const overtaken = 1500;

/** What was told last, and when. */
interface News { said: string; at: number }

/** What every screen may know and do. */
export interface AtWork {
  me: Member;
  online: boolean;
  /** Whether the poller has answered yet. */
  known: boolean;
  /** The works that are shown: what is mine, and what has ended and was not put away. */
  open: string[];
  /** A work as it was polled last; nothing once it is no more mine. */
  item: (id: string) => Escalation | undefined;
  /** When the offer of a work ends, as the poller counts it. */
  ends: (e: Escalation) => number | undefined;
  /** What accept answered: the work with its conversation. */
  taken: (id: string) => Escalation | undefined;
  /** The work that was accepted last. */
  latest: string | undefined;
  /** Puts a work away that is done. */
  close: (id: string) => void;
  /** Has the poller look at once. */
  look: () => void;
  turn: (status: 'online' | 'offline') => Promise<void>;
  tell: (said: string) => void;
  news: News | undefined;
  away: Work['away'];
}

const Context = createContext<AtWork | undefined>(undefined);

/** What AtWork gives. */
export function useAtWork(): AtWork {
  const w = useContext(Context);
  if (!w) throw new Error('used outside of AtWork');
  return w;
}

/** The ids of what is mine and of what was, until they are closed. */
function useOpen(mine: string[]): [string[], (id: string) => void, (id: string) => void] {
  const [open, set] = useState<string[]>([]);
  const closed = useRef(new Set<string>());
  useEffect(() => {
    // What was put away may come again, but not before the poller has seen it gone.
    for (const id of closed.current) if (!mine.includes(id)) closed.current.delete(id);
    set((was) => {
      const come = mine.filter((id) => !was.includes(id) && !closed.current.has(id));
      return come.length ? [...was, ...come] : was;
    });
  }, [mine.join()]);
  const add = (id: string) => set((was) => was.includes(id) ? was : [...was, id]);
  const close = (id: string) => {
    if (mine.includes(id)) closed.current.add(id);
    set((was) => was.filter((other) => other !== id));
  };
  return [open, add, close];
}

export function AtWork({ me, setMe, children }: { me: Member; setMe: (m: Member) => void; children: ComponentChildren }) {
  const online = me.availability.status === 'online';
  keepDraftsOf(me.id); // before any form is drawn
  const [news, setNews] = useState<News>();
  const tell = (said: string) => setNews(said ? { said, at: Date.now() } : undefined);
  const [latest, setLatest] = useState<string>();
  const taken = useRef(new Map<string, Escalation>());
  const own = useRef(online); // the presence that was chosen here
  const chosen = useRef({ status: me.availability.status, at: -Infinity });
  const work = useWork(me.id, online, (m) => {
    // What was asked before the switch was turned, and answered after it, is old.
    const late = performance.now() - chosen.current.at < overtaken && m.availability.status !== chosen.current.status;
    if (!late) setMe(m);
  });
  const look = () => work.order({ kind: 'now' });
  const mine = (work.found?.items ?? []).filter((e) => e.assignedTo?.id === me.id);
  const [open, add, close] = useOpen(mine.map((e) => e.id));
  const answers = useAnswers(me.id, (key, said, accepted) => {
    tell(said);
    look();
    void closeShown(key).catch(() => undefined);
    if (!accepted) return;
    taken.current.set(accepted.id, accepted);
    add(accepted.id);
    setLatest(accepted.id);
    go('/me');
  });
  const offers = useOffers(work.found, me.id).filter((e) => !answers.answered(keyOf(e)));
  const works = usePhoneAtWork(me.id, Boolean(work.found), offers.map(keyOf), look);
  useEffect(() => work.order({ kind: 'pushes', work: works }), [works]);
  useGone(work.found, me.id, answers.answered, tell);
  useRing(offers[0], offers.length);
  useAwake(offers.length > 0 || mine.some((e) => e.channel === 'call'));
  useEffect(unlockByTouch, []);
  useEffect(() => { if (offers[0]) tell(''); }, [offers[0] && keyOf(offers[0])]);
  useEffect(() => {
    if (own.current && !online) tell(me.availability.because === 'offline' ? say('me.switched') : because(me.availability, me));
    own.current = online;
  }, [online]);
  const turn = async (status: 'online' | 'offline') => {
    if (status === 'online') void unlock();
    const a = await call<Availability>('PUT', '/v1/me/presence', { status });
    own.current = status === 'online';
    chosen.current = { status, at: performance.now() };
    tell('');
    setMe({ ...me, availability: a.body });
    look();
  };
  const atWork: AtWork = {
    me, online, known: Boolean(work.found), open, latest, close, look, turn, tell, news, away: work.away,
    item: (id) => mine.find((e) => e.id === id), taken: (id) => taken.current.get(id),
    ends: (e) => work.found?.deadlines[keyOf(e)]?.ends,
  };
  return (
    <Context.Provider value={atWork}>
      <Shown offers={offers} answers={answers} deadlines={work.found?.deadlines ?? {}}>{children}</Shown>
    </Context.Provider>
  );
}

interface ShownProps { offers: Escalation[]; answers: Answers; deadlines: Parameters<typeof Ringing>[0]['deadlines']; children: ComponentChildren }

/** The screen, and what rings above it. An answer that is under way stays in sight. */
function Shown({ offers, answers, deadlines, children }: ShownProps) {
  const wide = useMedia('(min-width: 56.25rem)');
  const pending = Object.values(answers.pending);
  const declining = pending.find((p) => p.waits && !past(deadlines[keyOf(p.e)]));
  const waiting = pending.find((p) => p.what === 'accept') ?? (offers.length ? undefined : declining);
  const e = waiting?.e ?? offers[0];
  const more = waiting ? offers.length : offers.length - 1;
  return (
    <>
      <div class="screen" inert={Boolean(e) && !wide}>{children}</div>
      <Ringing e={e} more={more} wide={wide} deadlines={deadlines} pending={waiting} wrong={e && answers.wrong[keyOf(e)]} give={answers.give} />
    </>
  );
}

/** What is wrong with the network or the sound, and the last news, on top of every screen. */
export function Bars() {
  const { me, online, away, news, tell } = useAtWork();
  return (
    <div class="bars">
      <div role="status">
        {away && <p class="bar bad"><Icon name="wifi-off" /><span>{say(away.why === 'network' ? 'me.noNetwork' : 'me.noServer', { time: time(away.since, me.language) })}</span></p>}
      </div>
      {online && <SoundBar />}
      <div role="status">
        {news && <p class="bar news"><span><time dateTime={new Date(news.at).toISOString()}>{time(news.at, me.language)}</time> {news.said}</span><button class="quiet" onClick={() => tell('')}><Icon name="x" /><span class="sr">{say('close')}</span></button></p>}
      </div>
    </div>
  );
}
