// The poller. It runs in a Worker, since browsers let a page in the background wake once a minute
// and an offer rings for 25 seconds. Of several tabs one polls, which holds the lock, and tells the
// others what it found. Where there is no Worker it runs in the page.
import { type Member } from './api';
import { type Away, type Deadline, type Found, type Order, type Report, keyOf, moment } from './work';

/** Rhythms in milliseconds. Those of the member tell how soon a page knows that an admin, missed
 * offers or the end of a shift took them off. */
const ringing = 1000, ready = 3000, pushed = 10_000, resting = 15_000, whoReady = 20_000, whoResting = 60_000;

/** What pollers say to each other beside reports. */
type Talk = Report | { kind: 'now' } | { kind: 'online'; online: boolean } | { kind: 'pushes'; work: boolean } | { kind: 'hello' };

/** An answer that is none: the status, and after how many seconds to ask again. */
class Trouble extends Error {
  constructor(readonly status: number, readonly after: number) { super(String(status)); }
}

/** Makes a poller that reports to post, and gives how to order it about. */
export function makePoller(post: (r: Report) => void): (o: Order) => void {
  return new Poller(post).order;
}

class Poller {
  private others: BroadcastChannel | undefined;
  private member = '';
  private bearer = '';
  private online = false;
  private pushes = false;
  private holding = false;
  private polling = false;
  private again = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private leave = new AbortController();
  private failures = 0;
  private awaySince = 0;
  private wait = 0;
  private tag = '';
  private whoTag = '';
  private whoAt = 0; // when to ask next for the member, by performance.now()
  private last: Found = { items: [], deadlines: {}, at: 0 };
  private who: Member | undefined;
  private drift = Date.now() - performance.now();

  constructor(private post: (r: Report) => void) {}

  /** Begins to talk with the other tabs of the same member: somebody else may sign in in another
   * before this one has heard of it. */
  private meet(): void {
    if (typeof BroadcastChannel === 'undefined') return;
    this.others = new BroadcastChannel(`connectnow-work-${this.member}`);
    this.others.onmessage = ({ data }: MessageEvent<Talk>) => this.hear(data);
    this.others.postMessage({ kind: 'hello' } satisfies Talk);
  }

  /** What another tab's poller says. */
  private hear(said: Talk): void {
    switch (said.kind) {
      case 'now': if (this.holding) this.soon(); break;
      case 'online': this.goes(said.online); break;
      case 'pushes': this.pushes = said.work; break;
      case 'hello':
        if (!this.holding) break;
        if (this.last.at) this.others?.postMessage({ kind: 'found', found: this.last } satisfies Report);
        if (this.failures > 1) this.others?.postMessage({ kind: 'away', since: this.awaySince, why: 'network' } satisfies Report);
        break;
      default: if (!this.holding) this.post(said);
    }
  }

  /** Tells the own page and those of the other tabs. */
  private tell(report: Report): void {
    this.post(report);
    this.others?.postMessage(report);
  }

  order = (o: Order): void => {
    switch (o.kind) {
      case 'begin':
        this.bearer = o.bearer;
        this.online = o.online;
        this.member = o.member;
        this.meet();
        void this.hold();
        break;
      case 'bearer':
        this.bearer = o.bearer;
        if (this.holding) this.soon();
        break;
      case 'online':
        this.goes(o.online);
        this.others?.postMessage(o);
        break;
      case 'pushes':
        this.pushes = o.work;
        this.others?.postMessage(o);
        break;
      case 'now':
        this.whoAt = 0;
        if (this.holding) this.soon();
        else this.others?.postMessage(o);
        break;
      case 'end':
        clearTimeout(this.timer);
        this.bearer = '';
        this.holding = false;
        this.leave.abort();
        this.others?.close();
        this.others = undefined;
    }
  };

  private goes(online: boolean): void {
    if (online === this.online) return;
    this.online = online;
    if (this.holding) this.soon();
  }

  /** Waits until no other tab polls. */
  private async hold(): Promise<void> {
    const { signal } = this.leave;
    const begin = () => {
      if (signal.aborted) return;
      this.holding = true;
      this.soon();
    };
    if (!navigator.locks) return begin(); // a browser without: each tab polls
    await navigator.locks.request(`connectnow-poller-${this.member}`, { signal }, () => new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve());
      begin();
    })).catch(() => undefined); // left before it was its turn
  }

  private soon(): void {
    clearTimeout(this.timer);
    if (this.polling) this.again = true;
    else void this.poll();
  }

  private async poll(): Promise<void> {
    this.polling = true;
    this.again = false;
    try {
      await this.look();
    } finally {
      this.polling = false;
      if (this.holding) this.timer = setTimeout(() => void this.poll(), this.again ? 0 : this.pause());
    }
  }

  /** How long until the next look. */
  private pause(): number {
    if (this.failures) return Math.max(this.wait, Math.min(15, 2 ** (this.failures - 1)) * 1000);
    if (this.last.items.some((e) => e.offer)) return ringing;
    if (this.online) return this.pushes ? pushed : ready; // a push wakes the page
    return resting;
  }

  private async look(): Promise<void> {
    if (!this.bearer) return;
    this.minded();
    try {
      await this.lookAtWork();
      // Somebody may have signed out meanwhile.
      if (this.bearer && performance.now() >= this.whoAt) await this.lookAtMember();
      if (!this.failures) return;
      this.failures = this.awaySince = this.wait = 0;
      this.tell({ kind: 'back' });
    } catch (e) {
      if (e instanceof Trouble && e.status === 401) {
        this.bearer = '';
        this.post({ kind: 'bearer' });
        return;
      }
      // The page asks itself, and shows what is wanted of the member first.
      if (e instanceof Trouble && e.status === 403) this.post({ kind: 'refused' });
      this.failed(e instanceof Trouble ? 'server' : 'network', e instanceof Trouble ? e.after : 0);
    }
  }

  /** One failure is no news: the next try comes within a second. */
  private failed(why: Away, after: number): void {
    if (!this.failures++) this.awaySince = Date.now();
    this.wait = after * 1000;
    if (this.failures > 1 || !navigator.onLine) this.tell({ kind: 'away', since: this.awaySince, why });
  }

  /** Forgets what was counted when the computer slept, or its clock was set. */
  private minded(): void {
    const drift = Date.now() - performance.now();
    if (Math.abs(drift - this.drift) > 2000) {
      this.tag = this.whoTag = '';
      this.whoAt = 0;
      this.last = { ...this.last, deadlines: {} };
    }
    this.drift = drift;
  }

  private async lookAtWork(): Promise<void> {
    const r = await this.get('/v1/me/escalations', this.tag);
    if (!r) return;
    const { items } = r.body as { items: Found['items'] };
    const rang = (list: Found['items']) => list.filter((e) => e.offer).length;
    // What was missed may have set the member offline, and an offer says that they are not.
    if (rang(items) < rang(this.last.items) || rang(items) && !this.online) this.whoAt = 0;
    this.tag = r.tag;
    this.last = { items, deadlines: this.deadlines(items), at: Date.now() };
    this.tell({ kind: 'found', found: this.last });
  }

  private async lookAtMember(): Promise<void> {
    const r = await this.get('/v1/me', this.whoTag);
    if (r) {
      this.whoTag = r.tag;
      this.who = r.body as Member;
      this.online = this.who.availability.status === 'online';
      this.tell({ kind: 'me', me: this.who });
    }
    this.whoAt = performance.now() + Math.min(this.online ? whoReady : whoResting, this.untilShift());
  }

  /** Until a shift begins or ends; a little later, since then it has. */
  private untilShift(): number {
    const a = this.who?.availability, at = a?.shiftEndsAt ?? a?.nextShiftAt;
    const left = at ? new Date(at).getTime() - Date.now() : Infinity;
    return left > -1000 ? Math.max(1000, left + 1000) : Infinity;
  }

  /** Reads a path; nothing where it is as it was. */
  private async get(path: string, tag: string): Promise<{ body: unknown; tag: string } | undefined> {
    const stop = new AbortController();
    const tooLong = setTimeout(() => stop.abort(), 10_000);
    try {
      const r = await fetch(path, {
        headers: { Authorization: `Bearer ${this.bearer}`, ...(tag ? { 'If-None-Match': tag } : {}) },
        credentials: 'omit', cache: 'no-store', redirect: 'error', signal: stop.signal,
      });
      if (r.status === 304) return undefined;
      if (!r.ok) throw new Trouble(r.status, Number(r.headers.get('Retry-After')) || 0);
      return { body: await r.json(), tag: r.headers.get('ETag') ?? '' };
    } finally {
      clearTimeout(tooLong);
    }
  }

  /** When each offer ends. The first answer says how many seconds are left; later ones, which are
   * not sent while nothing else changes, do not move it. */
  private deadlines(items: Found['items']): Record<string, Deadline> {
    const found: Record<string, Deadline> = {};
    for (const e of items) {
      if (!e.offer) continue;
      const seconds = e.offer.ringingSeconds;
      found[keyOf(e)] = this.last.deadlines[keyOf(e)] ?? { ends: moment() + seconds * 1000, wall: Date.now() + seconds * 1000, seconds };
    }
    return found;
  }
}
