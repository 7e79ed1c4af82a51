// Calls that the pane makes: as the platform, with the token that the sandbox tells, and as the
// owner of the demo account.

export interface Person { firstName: string; role: 'owner' | 'admin' | 'staff'; email: string; password: string }

interface About { accountId: string; departments: { id: string; name: string }[]; machineToken: string; people: Person[] }

/** What the assistant is told of an escalation. */
export interface Answer {
  escalationId: string;
  outcome: 'ringing' | 'accepted' | 'callback' | 'handed_back' | 'ended';
  agent: { id: string; firstName: string } | null;
  ringingSeconds: number | null;
  callback: { id: string; needsContact: boolean; dueAt: string } | null;
  because: string | null;
  nextAgentAt: string | null;
  handedBack: { verdict: string; note: string } | null;
  say: string;
}

let known: Promise<About> | undefined;

/** What the sandbox tells of itself. */
export function about(): Promise<About> {
  known ??= json<About>('/sandbox').catch((e: unknown) => { known = undefined; throw e; });
  return known;
}

async function json<T>(path: string, o: RequestInit = {}): Promise<T> {
  const r = await fetch(path, { credentials: 'omit', cache: 'no-store', ...o });
  const body = await r.json() as T & { detail?: string };
  if (!r.ok) throw Object.assign(new Error(body.detail || String(r.status)), { status: r.status });
  return body;
}

/** Sends an action as the assistant does. A token that is over is asked for again once. */
export async function act<T = Answer>(action: Record<string, unknown>): Promise<T> {
  const send = async () => {
    const { accountId, machineToken } = await about();
    return json<T>('/v1/escalations', {
      method: 'POST', headers: { 'Authorization': `Bearer ${machineToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ accountId, ...action }),
    });
  };
  try {
    return await send();
  } catch (e) {
    if ((e as { status?: number }).status !== 401) throw e;
    known = undefined;
    return send();
  }
}

/** Signs in as one of the demo people; the cookie lasts, so that the pages find it. */
export async function signInAs(p: Person): Promise<void> {
  await json('/v1/login', {
    method: 'POST', credentials: 'same-origin', headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: p.email, password: p.password, cookie: true }),
  });
}

interface Account { timeZone: string; holidays: string[] }
let owner = '';

async function asOwner<T>(method: string, path: string, body?: unknown): Promise<T> {
  const send = () => json<T>(path, {
    method, headers: { 'Authorization': `Bearer ${owner}`, 'Content-Type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body),
  });
  try {
    if (owner) return await send();
  } catch (e) {
    if ((e as { status?: number }).status !== 401) throw e;
  }
  const person = (await about()).people.find((p) => p.role === 'owner')!;
  const signedIn = await json<{ accessToken: string }>('/v1/login', {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email: person.email, password: person.password, deviceName: 'Customer pane' }),
  });
  owner = signedIn.accessToken;
  return send();
}

const today = (a: Account): string => new Intl.DateTimeFormat('en-CA', { timeZone: a.timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format();

/** Has today be a holiday of the shop, or an ordinary day again. Gives how it is then. */
export async function closeToday(closed?: boolean): Promise<boolean> {
  const account = await asOwner<Account>('GET', '/v1/account');
  const day = today(account);
  const is = account.holidays.includes(day);
  if (closed === undefined || closed === is) return is;
  const others = account.holidays.filter((d) => d !== day);
  await asOwner('PATCH', '/v1/account', { holidays: closed ? [...others, day].sort() : others });
  return closed;
}
