// Calls of the API. The bearer is in memory alone; the refresh token is in a cookie that no script
// can read, and only sign-in, refresh and sign-out send cookies at all.

/** A problem of RFC 9457, as the API answers it. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  requestId?: string;
  errors?: { field: string; detail: string }[];
  takenBy?: { id: string; firstName: string };
  state?: string;
  because?: string;
}

/** What the API refused, and after how many seconds to try again where it says so. */
export class Refused extends Error {
  constructor(readonly problem: Problem, readonly retryAfter: number) {
    super(problem.detail);
  }
  /** The last part of the type, such as "offer-gone". */
  get name(): string { return this.problem.type.replace(/^.*\//, ''); }
  set name(_: string) { /* Error's own is not used */ }
}

/** No answer: the network is away, or the server is. */
export class Unreached extends Error {}

/** An answer, and what it is known by when it is asked for again. */
export interface Answer<T> { status: number; body: T; etag: string }

let bearer = '';
let renewal: ReturnType<typeof setTimeout> | undefined;
let refreshing: Promise<boolean> | undefined;
let whose = '';

/** Why somebody is signed in no more: the session is over, or another tab signed out. */
export type Leaving = 'over' | 'out';
const signedOut = new Set<(why: Leaving) => void>();

/** The tabs share one cookie, so each hears who signs in and out in another. */
type Told = { kind: 'in'; id: string } | { kind: 'out' };
const tabs = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('connectnow-session');
const tellTabs = (told: Told): void => tabs?.postMessage(told);
if (tabs) {
  tabs.onmessage = ({ data }: MessageEvent<Told>) => {
    if (data.kind === 'out' ? bearer : whose && data.id !== whose) forget('out');
  };
}

/** Has f called when the session is over. */
export function onSignedOut(f: (why: Leaving) => void): () => void {
  signedOut.add(f);
  return () => signedOut.delete(f);
}

const factorDue = new Set<() => void>();

/** Has f called when the API wants a second factor to be set up before all else. */
export function onFactorDue(f: () => void): () => void {
  factorDue.add(f);
  return () => factorDue.delete(f);
}

const renewed = new Set<() => void>();

/** Has f called when there is another bearer. */
export function onRenewed(f: () => void): () => void {
  renewed.add(f);
  return () => renewed.delete(f);
}

/** Takes a bearer that is good for so many seconds, and has it renewed before: what is asked with one that is over is
 * refused first, and noted by the browser as an error. */
function take({ accessToken, expiresIn }: { accessToken: string; expiresIn: number }): void {
  bearer = accessToken;
  clearTimeout(renewal);
  renewal = setTimeout(() => void refresh().catch(() => undefined), 900 * expiresIn); // milliseconds: at nine tenths
  for (const f of renewed) f();
}

/** The bearer of now, for the poller. */
export const currentBearer = (): string => bearer;

interface Extra { headers?: Record<string, string>; signal?: AbortSignal; cookie?: boolean }

async function send(method: string, path: string, body: unknown, o: Extra): Promise<Response> {
  const headers: Record<string, string> = { ...(bearer && !o.cookie ? { Authorization: `Bearer ${bearer}` } : {}), ...o.headers };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  try {
    return await fetch(path, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body), signal: o.signal,
      credentials: o.cookie ? 'same-origin' : 'omit', cache: 'no-store', redirect: 'error',
    });
  } catch (e) {
    if ((e as Error).name === 'AbortError') throw e;
    throw new Unreached('no connection');
  }
}

/** What an answer holds. One that was to be taken and breaks off, or is no JSON, is none: whatever asked asks again. */
async function readOf(r: Response): Promise<unknown> {
  try {
    const text = await r.text();
    return text ? JSON.parse(text) : undefined;
  } catch (e) {
    if ((e as Error).name === 'AbortError') throw e;
    if (r.ok) throw new Unreached('no whole answer');
    return undefined;
  }
}

/** Calls the API. A bearer that is over is renewed once. Throws Refused or Unreached. */
export async function call<T>(method: string, path: string, body?: unknown, o: Extra = {}): Promise<Answer<T>> {
  let r = await send(method, path, body, o);
  if (r.status === 401 && bearer && !o.cookie && await refresh()) r = await send(method, path, body, o);
  const parsed = await readOf(r);
  if (r.ok || r.status === 304) return { status: r.status, body: parsed as T, etag: r.headers.get('ETag') ?? '' };
  const said = parsed as Partial<Problem> | undefined;
  const problem: Problem = {
    type: said?.type ?? `/problems/status-${r.status}`, title: said?.title ?? '', status: r.status,
    detail: said?.detail ?? '', requestId: said?.requestId ?? r.headers.get('apigw-requestid') ?? undefined,
    errors: said?.errors, takenBy: said?.takenBy, state: said?.state, because: said?.because,
  };
  if (problem.type.endsWith('/totp-required')) for (const f of factorDue) f();
  // A day says that there are as many as there may be: waiting is no way, and the words say what is.
  throw new Refused(problem, Number(r.headers.get('Retry-After')) % 86_400 || 0);
}

/** Whether somebody is signed in here: this cookie comes and goes with the one that no script can
 * read, so that nobody asks the server for what it has to refuse. */
const hasSession = (): boolean => /(?:^|; )(?:__Host-)?cn-session=1(?:;|$)/.test(document.cookie);

/** Forgets that anybody is signed in here. The other cookie stays where the server did not hear of
 * it, and is not asked with again before somebody signs in. */
function dropSession(): void {
  for (const name of ['cn-session', '__Host-cn-session']) document.cookie = `${name}=; Path=/; Max-Age=0; SameSite=Strict${name.startsWith('__') ? '; Secure' : ''}`;
}

/** Renews the bearer by the cookie. False where nobody is signed in any more; no answer is an error. */
export function refresh(): Promise<boolean> {
  if (!refreshing && !hasSession()) {
    forget('over');
    return Promise.resolve(false);
  }
  refreshing ??= (async () => {
    try {
      const a = await call<{ accessToken: string; expiresIn: number }>('POST', '/v1/refresh', { cookie: true }, { cookie: true });
      if (!await isTheirs(a.body.accessToken)) {
        forget('out');
        return false;
      }
      take(a.body); // not before: what is asked meanwhile would be answered for another
      return true;
    } catch (e) {
      if (!(e instanceof Refused) || e.problem.status !== 401) throw e;
      forget('over');
      return false;
    } finally {
      refreshing = undefined;
    }
  })();
  return refreshing;
}

/** Whether a bearer is of whom the page shows: the cookie is that of whoever signed in last, which
 * another tab may not have told. */
async function isTheirs(found: string): Promise<boolean> {
  if (!whose) return true;
  const r = await send('GET', '/v1/me', undefined, { headers: { Authorization: `Bearer ${found}` } });
  return !r.ok || (await r.json() as Member).id === whose;
}

function forget(why: Leaving): void {
  bearer = whose = '';
  clearTimeout(renewal);
  for (const f of signedOut) f(why);
}

/** Notes who is signed in here, and tells the other tabs. */
export function isSignedIn(m: Member): void {
  if (whose !== m.id) tellTabs({ kind: 'in', id: m.id });
  whose = m.id;
}

/** A member, as far as the pages show one. */
export interface Member {
  id: string;
  firstName: string;
  lastName: string;
  email: string;
  role: 'owner' | 'admin' | 'staff';
  language: string | null;
  departmentIds: string[];
  mustChangePassword: boolean;
  totp: boolean;
  emailProved: boolean;
  availability: Availability;
}

/** Whether somebody can take work, and why not. */
export interface Availability {
  status: 'online' | 'offline';
  onShift: boolean;
  receiving: { call: boolean; chat: boolean };
  because: string;
  shiftEndsAt: string | null;
  nextShiftAt: string | null;
}

interface SignedIn { accessToken: string; expiresIn: number; member: Member }

/** Signs in; the tokens that live long go into cookies. */
export async function signIn(email: string, password: string, otp?: string): Promise<Member> {
  const a = await call<SignedIn>('POST', '/v1/login', { email, password, ...(otp ? { otp } : {}), cookie: true }, { cookie: true });
  take(a.body);
  return a.body.member;
}

/** Sets one's own password; the session goes on with new tokens. */
export async function changePassword(currentPassword: string, password: string, confirmPassword: string): Promise<Member> {
  // The bearer says who asks, and the cookie is replaced by the answer.
  const headers = { Authorization: `Bearer ${bearer}` };
  const a = await call<SignedIn>('PUT', '/v1/me/password', { currentPassword, password, confirmPassword, cookie: true }, { cookie: true, headers });
  take(a.body);
  return a.body.member;
}

/** Signs out here. What cannot be told to the server is forgotten here all the same. */
export async function signOut(deviceId: string): Promise<void> {
  dropSession(); // first: whoever closes the page while the server is slow is out all the same
  try {
    await call('POST', '/v1/logout', { cookie: true, ...(deviceId ? { deviceId } : {}) }, { cookie: true });
  } finally {
    forget('out');
    tellTabs({ kind: 'out' });
  }
}
