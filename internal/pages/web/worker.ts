// The poller. It runs in a Worker, since browsers let a page in the background wake once a minute
// and an offer rings for 25 seconds. Of several tabs one polls, which holds the lock, and tells the
// others what it found.
import { type Found, type Order, type Report, keyOf, moment } from './work';

const scope = globalThis as unknown as { postMessage(m: Report): void; onmessage: ((e: { data: Order }) => void) | null };
const others = new BroadcastChannel('connectnow-work');

let bearer = '', online = false, tag = '', failures = 0, awaySince = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let holding = false, polling = false, again = false;
let release: (() => void) | undefined;
let last: Found = { items: [], deadlines: {}, at: 0 };

/** Tells the own page and those of the other tabs. */
function tell(report: Report): void {
  scope.postMessage(report);
  others.postMessage(report);
}

others.onmessage = (e: MessageEvent<Report | { kind: 'now' | 'online'; online?: boolean }>) => {
  if (e.data.kind === 'now') { if (holding) soon(); return; }
  if (e.data.kind === 'online') { online = Boolean(e.data.online); if (holding) soon(); return; }
  if (!holding && e.data.kind !== 'bearer') scope.postMessage(e.data as Report);
};

/** How long until the next look, in milliseconds. */
function pause(): number {
  if (failures) return Math.min(15, 2 ** (failures - 1)) * 1000;
  if (last.items.some((e) => e.offer)) return 1000;
  return online ? 3000 : 15_000;
}

function soon(): void {
  clearTimeout(timer);
  if (polling) again = true;
  else void poll();
}

async function poll(): Promise<void> {
  polling = true;
  again = false;
  try {
    await look();
  } finally {
    polling = false;
    if (holding) timer = setTimeout(() => void poll(), again ? 0 : pause());
  }
}

async function look(): Promise<void> {
  if (!bearer) return;
  const headers: Record<string, string> = { Authorization: `Bearer ${bearer}` };
  if (tag) headers['If-None-Match'] = tag;
  const stop = new AbortController();
  const tooLong = setTimeout(() => stop.abort(), 10_000);
  try {
    const r = await fetch('/v1/me/escalations', { headers, credentials: 'omit', cache: 'no-store', redirect: 'error', signal: stop.signal });
    if (r.status === 401) {
      bearer = '';
      scope.postMessage({ kind: 'bearer' });
      return;
    }
    if (!r.ok && r.status !== 304) throw new Error(String(r.status));
    if (r.ok) {
      const body = await r.json() as { items: Found['items'] };
      tag = r.headers.get('ETag') ?? '';
      last = { items: body.items, deadlines: deadlines(body.items), at: Date.now() };
      tell({ kind: 'found', found: last });
    }
    if (failures) {
      failures = awaySince = 0;
      tell({ kind: 'back' });
    }
  } catch {
    if (!failures++) awaySince = Date.now();
    tell({ kind: 'away', since: awaySince });
  } finally {
    clearTimeout(tooLong);
  }
}

/** When each offer ends. The first answer says how many seconds are left; later ones, which are not
 * sent while nothing else changes, do not move it. */
function deadlines(items: Found['items']): Record<string, number> {
  const ends: Record<string, number> = {};
  for (const e of items) {
    if (e.offer) ends[keyOf(e)] = last.deadlines[keyOf(e)] ?? moment() + e.offer.ringingSeconds * 1000;
  }
  return ends;
}

async function hold(): Promise<void> {
  if (!navigator.locks) { // a browser without: each tab polls
    holding = true;
    soon();
    return;
  }
  await navigator.locks.request('connectnow-poller', () => new Promise<void>((resolve) => {
    release = resolve;
    holding = true;
    soon();
  }));
  holding = false;
}

scope.onmessage = ({ data }) => {
  switch (data.kind) {
    case 'begin':
      bearer = data.bearer;
      online = data.online;
      void hold();
      break;
    case 'bearer':
      bearer = data.bearer;
      if (holding) soon();
      break;
    case 'online':
      online = data.online;
      others.postMessage(data);
      if (holding) soon();
      break;
    case 'now':
      if (holding) soon();
      else others.postMessage(data);
      break;
    case 'end':
      clearTimeout(timer);
      bearer = '';
      holding = false;
      release?.();
      break;
  }
};
