// What a push says, and what the service worker and the pages say to each other.

/** What the app reads of a push: texts, as every platform gets them. */
export type Data = Record<string, string>;

/** A push that could be read. Navigate is where a tap leads. */
export interface Pushed { title: string; body: string; tag: string; navigate: string; lang: string; badge?: number; data: Data }

/** To the pages: a push came, a tap opens an address, the browser has renewed or lost the subscription. */
export type Told = { kind: 'pushed'; data: Data } | { kind: 'open'; path: string } | { kind: 'subscription' };

/** To the service worker: what a push service would have brought. */
export type Brought = { kind: 'push'; body: unknown };

const text = (v: unknown): string => typeof v === 'string' ? v : typeof v === 'number' || typeof v === 'boolean' ? String(v) : '';
const members = (v: unknown): Record<string, unknown> => typeof v === 'object' && v !== null ? v as Record<string, unknown> : {};

/** Reads the JSON of a declarative push (https://www.w3.org/TR/push-api/#declarative-push-message); nothing
 * where it is none of ours. */
export function readPush(body: unknown): Pushed | undefined {
  const n = members(members(body)['notification']);
  const title = text(n['title']), badge = Number(members(body)['app_badge'] ?? n['app_badge'] ?? NaN);
  if (members(body)['web_push'] !== 8030 || !title) return undefined;
  return {
    title, body: text(n['body']), tag: text(n['tag']), navigate: text(n['navigate']), lang: text(n['lang']),
    ...(Number.isInteger(badge) && badge >= 0 ? { badge } : {}),
    data: Object.fromEntries(Object.entries(members(n['data'])).map(([key, v]) => [key, text(v)])),
  };
}

/** The path of an address here; my work for all others, so that no push leads elsewhere. */
export function pathOf(navigate: string): string {
  try {
    const to = new URL(navigate, location.origin);
    return to.origin === location.origin ? to.pathname + to.search : '/me';
  } catch {
    return '/me';
  }
}
