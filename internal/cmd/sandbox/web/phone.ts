// A push service for the sandbox, which has none: the pages subscribe to it as to a browser's own, and
// while one of them is open it hands what /sandbox/pushes tells of this phone to their service worker.
// It runs before the pages do. The keys of a subscription are real, so that the server takes it;
// nothing is ever sent to its endpoint.

interface Kept { endpoint: string; keys: { p256dh: string; auth: string }; for: string }
interface Pushed { deviceId: string; platform: string; payload: unknown }

const name = 'sandbox-subscription';

function kept(): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(name) ?? 'null') as Kept | null;
  } catch {
    return null;
  }
}

/** The name of this phone, as the pages keep it (see phone.ts there). */
function phoneId(): string {
  try {
    return (JSON.parse(localStorage.getItem('phone') ?? 'null') as { id?: string } | null)?.id ?? '';
  } catch {
    return '';
  }
}

const text = (bytes: ArrayBuffer | Uint8Array): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes as ArrayBuffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const bytes = (of: string): ArrayBuffer => Uint8Array.from(atob(of.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0)).buffer;

/** A subscription as the browser's own look. */
const subscriptionOf = (k: Kept): PushSubscription => ({
  endpoint: k.endpoint, options: { applicationServerKey: bytes(k.for), userVisibleOnly: true },
  toJSON: () => ({ endpoint: k.endpoint, keys: k.keys }),
  unsubscribe: () => {
    localStorage.removeItem(name);
    over.abort();
    return Promise.resolve(true);
  },
}) as unknown as PushSubscription;

async function subscribe(options?: PushSubscriptionOptionsInit): Promise<PushSubscription> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
  const key = options?.applicationServerKey, of = key instanceof Uint8Array ? key : new Uint8Array(key as ArrayBuffer);
  const made: Kept = {
    endpoint: `https://fcm.googleapis.com/fcm/send/sandbox-${crypto.randomUUID()}`, for: text(of),
    keys: { p256dh: text(await crypto.subtle.exportKey('raw', pair.publicKey)), auth: text(crypto.getRandomValues(new Uint8Array(16))) },
  };
  localStorage.setItem(name, JSON.stringify(made));
  await follow();
  return subscriptionOf(made);
}

let over = new AbortController();

/** Follows the feed, in one of all tabs; done once it does, or another tab does. */
function follow(): Promise<void> {
  over.abort();
  over = new AbortController();
  const { signal } = over;
  return new Promise((follows) => {
    void navigator.locks.request('sandbox-pushes', { signal }, () => new Promise<void>((end) => {
      const feed = new EventSource('/sandbox/pushes/stream');
      feed.onopen = () => follows();
      feed.onmessage = ({ data }) => void hand(JSON.parse(data as string) as Pushed);
      signal.addEventListener('abort', () => { feed.close(); end(); });
    })).catch(() => undefined); // over before it was its turn
    setTimeout(follows, 1000);
  });
}

async function hand({ deviceId, platform, payload }: Pushed): Promise<void> {
  if (platform !== 'webpush' || deviceId !== phoneId()) return;
  (await navigator.serviceWorker.ready).active?.postMessage({ kind: 'push', body: payload });
}

if ('PushManager' in globalThis && navigator.locks) {
  PushManager.prototype.subscribe = subscribe;
  PushManager.prototype.getSubscription = () => {
    const k = kept();
    return Promise.resolve(k && subscriptionOf(k));
  };
  if (kept()) void follow();
}

export {};
