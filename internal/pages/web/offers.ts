// The offers that ring here: which, how long, and what became of those that went away.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Refused, call } from './api';
import { hush, ring, useSound } from './sound';
import { say } from './words';
import { type Deadline, type Escalation, type Found, keyOf, moment, past } from './work';

const none: Record<string, Deadline> = {};

/** Those that ring for a member and have not run out, the oldest first. */
export function useOffers(found: Found | undefined, me: string): Escalation[] {
  const [, again] = useState(0);
  const ends = found?.deadlines ?? none;
  const alive = (found?.items ?? []).filter((e) => e.offer?.memberId === me && !past(ends[keyOf(e)]));
  alive.sort((a, b) => ends[keyOf(a)]!.ends - ends[keyOf(b)]!.ends);
  const first = Math.min(...alive.map((e) => ends[keyOf(e)]!.ends));
  useEffect(() => {
    if (first === Infinity) return undefined;
    const t = setTimeout(() => again((n) => n + 1), first - moment() + 1);
    return () => clearTimeout(t);
  }, [first]);
  return alive;
}

/** Tells what became of an offer that went away without this page's doing. */
export function useGone(found: Found | undefined, me: string, mine: (key: string) => boolean, tell: (said: string) => void): void {
  const known = useRef(new Map<string, Escalation>());
  useEffect(() => {
    if (!found) return;
    const now = found.items.filter((e) => e.offer?.memberId === me);
    const keys = new Set(now.map(keyOf));
    for (const [key, e] of known.current) {
      if (keys.has(key)) continue;
      known.current.delete(key);
      if (!mine(key)) void whatBecame(e, me).then((said) => { if (said) tell(said); });
    }
    for (const e of now) known.current.set(keyOf(e), e);
  }, [found]);
}

/** What is known of an offer: no more than its escalation by whoever tapped a notification too late. */
type Offered = Pick<Escalation, 'id'> & Partial<Pick<Escalation, 'offer' | 'assignedTo'>>;

/** Asks by saying once more that the offer was seen: it is answered with what became of it. Nothing where it
 * rings here still, or there is no such escalation. */
export async function whatBecame(e: Offered, me: string): Promise<string> {
  try {
    await call('POST', `/v1/escalations/${e.id}/seen`, { offer: e.offer?.number });
    return '';
  } catch (error) {
    return error instanceof Refused && error.problem.status === 409 ? becameOf(e, me, error) : '';
  }
}

/** Words for what became of an offer that is gone. */
export function becameOf(e: Offered, me: string, { problem }: Refused): string {
  if (problem.state === 'cancelled') return say('ended.left');
  if (problem.state === 'callback') return say('ended.callback');
  if (problem.state === 'completed') return say('ended.over');
  const by = problem.takenBy;
  // Of a transfer that went on the sender has it as before: nobody took it.
  if (!by || by.id === e.assignedTo?.id) return say('ended.elsewhere');
  return by.id === me ? say('ended.here') : say('ended.taken', { name: by.firstName });
}

const ringTitle = (e: Escalation, n: number): string =>
  `(${n}) ${say(e.channel === 'call' ? 'offer.call' : 'offer.chat')} · ${e.departmentName ?? say('app')}`;

/** Rings in one of all tabs that can be heard, and flashes the title of each. */
export function useRing(offer: Escalation | undefined, n: number): void {
  const sound = useSound();
  const key = offer && keyOf(offer), channel = offer?.channel;
  useEffect(() => {
    if (!offer) return undefined;
    const title = ringTitle(offer, n);
    let own = document.title;
    // A screen that is opened meanwhile sets a title of its own.
    const flash = () => {
      if (document.title !== title) own = document.title;
      document.title = document.title === title ? own : title;
    };
    flash();
    const t = setInterval(flash, 1000);
    void navigator.setAppBadge?.(n).catch(() => undefined);
    return () => {
      clearInterval(t);
      document.title = own;
      void navigator.clearAppBadge?.().catch(() => undefined);
    };
  }, [key, n]);
  useEffect(() => {
    if (!channel || sound === 'off') return undefined; // who cannot be heard leaves it to a tab that can
    if (!navigator.locks) {
      ring(channel);
      return hush;
    }
    const over = new AbortController();
    void navigator.locks.request('connectnow-ring', { signal: over.signal }, () => new Promise<void>((end) => {
      ring(channel);
      over.signal.addEventListener('abort', () => { hush(); end(); });
    })).catch(() => undefined); // over before it was its turn
    return () => over.abort();
  }, [key, sound]);
}

/** Keeps the screen lit, where the browser can. */
export function useAwake(on: boolean): void {
  useEffect(() => {
    if (!on || !('wakeLock' in navigator)) return undefined;
    let lock: WakeLockSentinel | undefined, over = false;
    const take = () => {
      if (document.visibilityState === 'visible') navigator.wakeLock.request('screen').then((l) => { if (over) void l.release(); else lock = l; }, () => undefined);
    };
    take();
    document.addEventListener('visibilitychange', take);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', take);
      void lock?.release();
    };
  }, [on]);
}
