// The service worker: it rings while no page is open. It fetches nothing for the pages and keeps
// nothing of them, so that nobody is shown an old page.
import de from '../words/de.tsv?sw';
import hi from '../words/hi.tsv?sw';
import { type Brought, type Data, type Pushed, type Told, pathOf, readPush } from './pushed';
import { alone } from './shown';
import { swWords } from './swwords';

interface Lasting extends Event { waitUntil(p: Promise<unknown>): void }
/** Notification is what Safari has shown already of a declarative push, which then has no data. */
interface PushEvent extends Lasting { data: { json(): unknown } | null; notification?: Notification & { navigate?: string } }
interface Clicked extends Lasting { notification: Notification }
interface Heard extends Lasting { data: unknown; origin: string }
interface Page { visibilityState: string; focused: boolean; focus(): Promise<Page>; postMessage(told: Told): void }
/** The options of a notification that TypeScript does not know. */
type Shown = NotificationOptions & { renotify?: boolean; vibrate?: number[] };
interface Scope {
  registration: ServiceWorkerRegistration;
  clients: { matchAll(o: object): Promise<Page[]>; openWindow(url: string): Promise<unknown>; };
  skipWaiting(): Promise<void>;
  addEventListener<E extends Event>(type: string, f: (e: E) => void): void;
}
const scope = globalThis as unknown as Scope;
const { registration } = scope;

const words: Record<string, typeof de> = { de, hi, en: swWords };

/** One of our own words in a push's language, else the browser's. */
function say(key: keyof typeof swWords, lang: string): string {
  const tag = (lang || navigator.language).toLowerCase().split('-')[0]!;
  const found = words[tag]?.[key];
  return typeof found === 'string' ? found : swWords[key];
}

const pages = (): Promise<Page[]> => scope.clients.matchAll({ type: 'window', includeUncontrolled: true });

async function tellPages(told: Told): Promise<void> {
  for (const page of await pages()) page.postMessage(told);
}

/** What a push event brought; nothing where it is empty, or none of ours. */
function pushOf(e: PushEvent): Pushed | undefined {
  const n = e.notification;
  if (n) return readPush({ web_push: 8030, notification: { title: n.title, body: n.body, tag: n.tag, lang: n.lang, navigate: n.navigate, data: n.data as unknown } });
  try {
    return readPush(e.data?.json());
  } catch {
    return undefined;
  }
}

/** Says that an offer was seen, by the proof that came with it, and gives the server's clock where it answers. */
async function saySeen({ escalationId, offer, proof }: Data): Promise<number | undefined> {
  for (let tries = 0; proof && tries < 2; tries++) {
    try {
      const r = await fetch('/v1/seen', {
        method: 'POST', credentials: 'omit', cache: 'no-store', redirect: 'error', keepalive: true, signal: AbortSignal.timeout(4000),
        headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ escalationId, offer: Number(offer), proof }),
      });
      if (r.status < 500) return Date.parse(r.headers.get('Date') ?? '') || undefined;
    } catch {
      // Once more: the network of a phone that has just woken up may not be there yet.
    }
  }
  return undefined;
}

/** Whether what a notification is about is over. */
const isOver = (n: Notification): boolean => Boolean((n.data as { over?: boolean } | null)?.over);

/** The key of the offer that a push is about, as work.ts has it. */
const keyOf = ({ escalationId, offer }: Data): string => escalationId && offer ? `${escalationId}/${offer}` : '';

/** Shows a push in place of what has its tag, which is closed: by the tag alone iPads show both. What is over, by a
 * clock or as what it replaces says, rings nobody. */
const show = (p: Pushed, rings: boolean, over = false): Promise<void> => alone(async (sure) => {
  for (const old of await registration.getNotifications()) {
    if (old.tag === p.tag && rings) over ||= isOver(old);
    if (old.tag === p.tag || isOver(old)) old.close();
  }
  rings &&= !over;
  const quiet = over || p.data['kind'] === 'offerWithdrawn';
  const options: Shown = {
    body: over ? say('push.over', p.lang) : p.body, tag: p.tag, lang: p.lang, data: { navigate: p.navigate, over: quiet, kind: p.data['kind'] ?? '', key: keyOf(p.data) },
    requireInteraction: rings, renotify: Boolean(p.tag) && !quiet, silent: quiet,
    ...(rings ? { vibrate: [300, 200, 300, 200, 300, 200, 300, 200, 300] } : {}),
  };
  await registration.showNotification(p.title, options);
  // What was forgotten is known again once it is shown again, in its place and without a sound.
  options.renotify = false;
  if (!sure && !(await registration.getNotifications({ tag: p.tag })).length) await registration.showNotification(p.title, options);
});

/** Whether an offer was withdrawn, as what is shown in its place says. */
const withdrawn = ({ tag }: Pushed): Promise<boolean> => alone(async () => (await registration.getNotifications({ tag })).some(isOver));

/** Rings for an offer, unless its time is over, or what withdraws it came first. A phone's clock may be wrong, so what
 * is late by it is asked about first; what the server's clock says is late does not go on ringing either. */
async function ring(p: Pushed): Promise<void> {
  const until = Date.parse(p.data['ringingUntil'] ?? '') || Infinity;
  const seen = saySeen(p.data);
  const late = Date.now() > until;
  if (!late) await show(p, true);
  const now = await seen ?? Date.now();
  if (late || now > until && !await withdrawn(p)) await show(p, now <= until, now > until);
}

async function pushed(p: Pushed | undefined): Promise<void> {
  const plain: Pushed = { title: 'ConnectNow', body: say('push.plain', ''), tag: 'plain', navigate: '/me', lang: '', data: {} };
  const shown = p ?? plain;
  const told = tellPages({ kind: 'pushed', data: shown.data });
  if (shown.badge !== undefined) void (shown.badge ? navigator.setAppBadge?.(shown.badge) : navigator.clearAppBadge?.())?.catch(() => undefined);
  await Promise.all([told, shown.data['kind'] === 'offer' ? ring(shown) : show(shown, false)]);
}

scope.addEventListener<PushEvent>('push', (e) => e.waitUntil(pushed(pushOf(e))));

// Where there is no push service a page brings what one would have brought.
scope.addEventListener<Heard>('message', (e) => {
  const said = e.data as Partial<Brought> | null;
  if (e.origin === location.origin && said?.kind === 'push') e.waitUntil(pushed(readPush(said.body)));
});

scope.addEventListener<Clicked>('notificationclick', (e) => {
  e.notification.close();
  e.waitUntil(open(pathOf((e.notification.data as { navigate?: string } | null)?.navigate ?? '/me')));
});

/** Opens an address in the page that is there, or in a new one. */
async function open(path: string): Promise<void> {
  const there = await pages();
  const page = there.find((p) => p.focused) ?? there.find((p) => p.visibilityState === 'visible') ?? there[0];
  if (!page) {
    await scope.clients.openWindow(path);
    return;
  }
  page.postMessage({ kind: 'open', path });
  await page.focus().catch(() => undefined); // the path is shown all the same
}

// Only a page has a token to tell the server by; without one the next start does it.
scope.addEventListener<Lasting>('pushsubscriptionchange', (e) => e.waitUntil(tellPages({ kind: 'subscription' })));

// A newer one takes over at once: no page depends on which of the two is there.
scope.addEventListener<Lasting>('install', (e) => e.waitUntil(scope.skipWaiting()));
