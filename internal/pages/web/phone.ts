// This phone: whether the browser's push service rings here while no page is open. What is so stands in
// one place, since my work, settings and the poller go by it.
import { useEffect, useState } from 'preact/hooks';
import { Refused, Unreached, call } from './api';
import { keep, kept } from './kept';
import { type Told } from './pushed';
import { alone } from './shown';
import { serviceWorkerURL } from './trusted';

/** How it stands with pushes here: not known yet, offered (off), working, counted on by the server and gone
 * (lost), refused by whoever uses the browser (denied), possible from an iPhone's Home Screen only (home), not
 * possible in this browser (none), not offered by this address (absent). */
export type Standing = 'reading' | 'off' | 'on' | 'lost' | 'denied' | 'home' | 'none' | 'absent';

/** What a browser keeps of its phone: its name with the API, whose it is, and whether a push was seen to arrive. */
interface Phone { id: string; member: string; works: boolean }

interface Device { id: string; platform: string; working: boolean }
interface Devices { items: Device[]; webPushKey?: string }

/** The push service did not answer. */
export class NoService extends Error {}

/** How long a push service, and a test push, may take in milliseconds. Where the service cannot be reached
 * browsers wait for ever. */
const patience = 10_000;

/** How long signing out waits for the push service. */
const brief = 2000;

const changed = new EventTarget();
const draw = () => void changed.dispatchEvent(new Event('change'));
const hearing = new Set<(told: Told) => void>();
const came = new Set<string>();
let standing: Standing = 'reading', key = '', whose = '';

/** What kept says of this phone. */
function phone(): Phone | undefined {
  try {
    const p = JSON.parse(kept('phone') ?? 'null') as Phone | null;
    return p?.id && p.member ? p : undefined;
  } catch {
    return undefined;
  }
}

const note = (p: Phone | undefined): void => keep('phone', p ? JSON.stringify(p) : null);

/** The name by which the API knows this phone; nothing where it gets no pushes. */
export const phoneId = (): string | undefined => phone()?.id;

/** Whether a push need not be waited for by asking often: one arrived here, and none was missed since. */
export const pushesWork = (): boolean => standing === 'on' && Boolean(phone()?.works);

function stand(now: Standing): void {
  standing = now;
  draw();
}

/** Notes whether pushes arrive. */
function works(is: boolean): void {
  const p = phone();
  if (!p || p.works === is) return;
  note({ ...p, works: is });
  draw();
}

/** How it stands, drawn anew when that changes. */
export function usePhone(): { standing: Standing; works: boolean } {
  const [, again] = useState(0);
  useEffect(() => {
    const look = () => again((n) => n + 1);
    changed.addEventListener('change', look);
    look();
    return () => changed.removeEventListener('change', look);
  }, []);
  return { standing, works: pushesWork() };
}

/** Whether this is an iPhone or an iPad, which calls itself a Mac and can be touched. */
export const isApplePhone = (): boolean => /iPhone|iPad|Mac/.test(navigator.userAgent) && navigator.maxTouchPoints > 0;

/** Whether the page was opened from a home screen. */
export const isInstalled = (): boolean => matchMedia('(display-mode: standalone)').matches;

const can = (): boolean => 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;

const registration = (): Promise<ServiceWorkerRegistration> =>
  navigator.serviceWorker.register(serviceWorkerURL(), { updateViaCache: 'none' }).then(() => navigator.serviceWorker.ready);

function inTime<T>(p: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    setTimeout(() => reject(new NoService('no answer')), milliseconds);
    p.then(resolve, reject);
  });
}

/** The key of an API as the browser wants it. */
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

/** Whether a subscription is for the API's key of now. */
function isOurs(s: PushSubscription): boolean {
  const has = s.options.applicationServerKey, want = bytesOf(key);
  return !has || new Uint8Array(has).every((b, i) => b === want[i]);
}

/** The subscription of this browser, made where there is none. */
async function subscription(): Promise<PushSubscription> {
  const { pushManager } = await registration();
  const there = await pushManager.getSubscription();
  if (there && isOurs(there)) return there;
  await there?.unsubscribe();
  works(false); // nothing came to the new one yet
  return inTime(pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) }), patience)
    .catch((e: unknown) => { throw e instanceof NoService ? e : new NoService((e as Error).message); });
}

/** Tells the API where this phone is to be reached, which it wants to hear at every start. */
async function tellAPI(): Promise<void> {
  const { endpoint, keys } = (await subscription()).toJSON();
  const own = phone(), id = own?.id ?? `web-${crypto.randomUUID().slice(0, 13)}`;
  await call('PUT', `/v1/me/devices/${id}`, { platform: 'webpush', token: JSON.stringify({ endpoint, keys }) });
  note({ id, member: whose, works: own?.works ?? false });
  stand('on');
}

/** Finds out how it stands at a start of the pages, renews what is there, and tells what is gone. What cannot
 * be read now is read when this is called again. */
export async function beginPhone(member: string): Promise<void> {
  whose = member;
  if (can()) listen(); // whatever is not answered now
  try {
    const { body } = await call<Devices>('GET', '/v1/me/devices');
    key = body.webPushKey ?? '';
    if (!key) return stand('absent');
    if (!can()) return stand(isApplePhone() && !isInstalled() ? 'home' : 'none');
    await registration();
    const had = phone(), own = body.items.find((d) => d.id === had?.id);
    if (had && !own?.working) await unsubscribe(); // its push service knows it no more, or it is another's
    if (!own) note(undefined);
    if (Notification.permission === 'denied') return stand('denied');
    if (!own) return stand(had?.member === member ? 'lost' : 'off');
    if (Notification.permission !== 'granted') return stand('lost');
    await tellAPI();
  } catch (e) {
    if (e instanceof Unreached || e instanceof Refused) return;
    stand(e instanceof NoService ? 'lost' : 'none'); // private windows may have no worker
  }
}

/** Makes this phone ring; to be called by a tap, by which browsers ask whether it may. */
export async function makeRing(): Promise<void> {
  if (await Notification.requestPermission() !== 'granted') {
    stand(Notification.permission === 'denied' ? 'denied' : 'off');
    return;
  }
  keep('phone-later', null); // should it be lost, that is told again
  await tellAPI();
}

const test = () => call('POST', `/v1/me/devices/${phoneId()}/test`);

/** Sends a test push, and tells whether the worker got it in time. */
export async function tryPush(): Promise<boolean> {
  const arrived = new Promise<boolean>((done) => {
    const stop = onTold((told) => { if (told.kind === 'pushed' && told.data['kind'] === 'test') done(true); });
    setTimeout(() => { stop(); done(false); }, patience);
  });
  await test().catch(async (e: unknown) => {
    await beginPhone(whose); // renews what its push service knows no more
    if (standing !== 'on') throw e;
    return test();
  });
  const is = await arrived;
  works(is);
  return is;
}

/** Has f called with what the worker tells. */
export function onTold(f: (told: Told) => void): () => void {
  hearing.add(f);
  return () => hearing.delete(f);
}

let listens = false;

/** Hears what the worker tells. */
function listen(): void {
  if (listens) return;
  listens = true;
  navigator.serviceWorker.addEventListener('message', ({ data: told }: MessageEvent<Told>) => {
    if (told.kind === 'pushed') {
      came.add(`${told.data['escalationId']}/${told.data['offer']}`);
      works(true);
    }
    if (told.kind === 'subscription') void beginPhone(whose);
    for (const f of hearing) f(told);
  });
  navigator.serviceWorker.startMessages();
}

/** Notes that pushes do not arrive any more where that of an offer which rings has not, by its key. */
export const missPush = (of: string): void => { if (!came.has(of)) works(false); };

/** Closes the notifications that fit. */
const close = (fits: (data: { key?: string; kind?: string; over?: boolean }) => boolean): Promise<void> => alone(async () => {
  const r = await navigator.serviceWorker?.getRegistration();
  for (const n of await r?.getNotifications() ?? []) if (fits(n.data as object ?? {})) n.close();
});

/** Closes the notification of an offer that was answered here. */
export const closeShown = (of: string): Promise<void> => close((d) => d.key === of);

/** Closes what has nothing to say to somebody who looks at the page: what is over, and offers but these. */
export const tidy = (ringing: string[]): Promise<void> => close((d) => d.over || d.kind === 'offer' && !ringing.includes(d.key ?? ''));

/** Closes all, for whoever signs out. */
export async function closeAll(): Promise<void> {
  void navigator.clearAppBadge?.().catch(() => undefined);
  await close(() => true);
}

/** Ends the subscription, as far as the push service can be reached in a moment. */
async function unsubscribe(): Promise<void> {
  const r = await navigator.serviceWorker?.getRegistration();
  const there = await r?.pushManager?.getSubscription();
  if (there) await inTime(there.unsubscribe(), brief).catch(() => undefined);
}

/** Leaves nothing here that rings for whoever signs out. */
export async function leavePhone(): Promise<void> {
  note(undefined);
  await Promise.all([closeAll(), unsubscribe()]).catch(() => undefined);
  stand('reading');
}

/** What Chromium hands over where it can install the pages. */
interface Installs extends Event { prompt(): Promise<unknown> }
let installs: Installs | undefined;
addEventListener('beforeinstallprompt', (e) => {
  e.preventDefault(); // it is offered where it is explained
  installs = e as Installs;
  draw();
});
addEventListener('appinstalled', () => {
  installs = undefined;
  draw();
});

/** Whether the browser installs the pages by a button of ours. */
export const canInstall = (): boolean => Boolean(installs);

/** Has the browser ask whether to install. */
export async function install(): Promise<void> {
  await installs?.prompt();
  installs = undefined; // it asks once
  draw();
}
