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

async function whatBecame(e: Escalation, me: string): Promise<string> {
  try {
    const now = (await call<Escalation>('GET', `/v1/escalations/${e.id}`)).body;
    if (now.offer?.memberId === me) return ''; // it rings here again
    if (now.state === 'cancelled' || now.outcome === 'customer_left') return say('ended.left');
    if (now.state === 'callback') return say('ended.callback');
    // Of a transfer that went on the sender has it as before: nobody took it.
    if (now.assignedTo && now.assignedTo.id !== e.assignedTo?.id) return now.assignedTo.id === me ? say('ended.here') : say('ended.taken', { name: now.assignedTo.firstName });
  } catch (error) {
    if (!(error instanceof Refused)) return '';
  }
  return say('ended.elsewhere');
}

const ringTitle = (e: Escalation, n: number): string =>
  `(${n}) ${say(e.channel === 'call' ? 'offer.call' : 'offer.chat')} · ${e.departmentName ?? say('app')}`;

/** Rings in one of all tabs that can be heard, and flashes the title of each. */
export function useRing(offer: Escalation | undefined, n: number): void {
  const audible = useSound() === 'on';
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
    if (!channel) return undefined;
    if (!audible || !navigator.locks) { // who cannot be heard leaves it to a tab that can
      if (!navigator.locks || navigator.userActivation?.hasBeenActive) ring(channel);
      return hush;
    }
    const over = new AbortController();
    void navigator.locks.request('connectnow-ring', { signal: over.signal }, () => new Promise<void>((end) => {
      ring(channel);
      over.signal.addEventListener('abort', () => { hush(); end(); });
    })).catch(() => undefined); // over before it was its turn
    return () => over.abort();
  }, [key, audible]);
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
