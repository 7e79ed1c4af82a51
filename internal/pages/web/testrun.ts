// A test escalation under way. It is looked at several times a second, also from another screen: whoever
// takes it themselves is at their work by then.
import { useEffect, useState } from 'preact/hooks';
import { Refused, Unreached, call, onSignedOut } from './api';
import { wrongOf } from './parts';
import { say } from './words';
import { type Escalation, moment } from './work';

/** That the offer was seen: known while it rings only, so it is kept. */
interface Seen { name: string; at: number; seenAt: string; after: number }

/** What is known of one. Begun is when its button was pressed, 0 where that was before this page was loaded;
 * gone is that there is none to look at. */
export interface Run { id: string; begun: number; e: Escalation | undefined; marks: number[]; seen: Seen[]; failed: string; gone: boolean; followed: boolean }

/** How often it is looked at while it rings, while somebody has it, and from a hidden page, in milliseconds. */
export const ringing = 250;
const active = 2000, hidden = 5000;

let now: Run | undefined;
const watching = new Set<() => void>();
const tell = (): void => { for (const f of watching) f(); };

onSignedOut(() => {
  now = undefined;
  tell();
});

const newRun = (id: string, begun: number): Run => ({ id, begun, e: undefined, marks: [], seen: [], failed: '', gone: false, followed: false });

const over = (r: Run): boolean => r.gone || r.e !== undefined && r.e.state !== 'ringing' && r.e.state !== 'active';

/** Notes what is new, and when this page saw it. */
function note(r: Run, e: Escalation): void {
  const at = moment();
  while (r.marks.length < e.history.length) r.marks.push(at);
  const { offer } = e;
  if (offer?.seenAt && !r.seen.some((s) => s.after === e.history.length)) r.seen.push({ name: offer.firstName, at, seenAt: offer.seenAt, after: e.history.length });
  r.e = e;
  r.failed = '';
  tell();
}

/** Notes that there is no test to look at. */
function miss(r: Run, why: string): void {
  r.failed = why;
  r.gone = true;
  tell();
}

/** Looks at it. The address may name anything: what a customer asked for is no test, and must not be stopped as one. */
async function look(r: Run): Promise<void> {
  try {
    const { body } = await call<Escalation>('GET', `/v1/escalations/${encodeURIComponent(r.id)}`);
    if (!body.drill) return miss(r, say('test.isNone'));
    note(r, body);
  } catch (e) {
    if (!(e instanceof Refused) && !(e instanceof Unreached)) throw e;
    r.failed = Object.values(wrongOf(e)).flat().join(' ');
    r.gone = e instanceof Refused && e.problem.status < 500 && e.problem.status !== 429;
    tell();
  }
}

/** Looks until it is over, or until nobody wants to know any more who has it. */
async function follow(r: Run): Promise<void> {
  if (r.followed) return;
  r.followed = true;
  while (now === r && !over(r) && (watching.size > 0 || r.e?.state !== 'active')) {
    const wait = document.visibilityState === 'hidden' ? hidden : r.e?.state === 'active' || r.failed ? active : ringing;
    await new Promise((next) => setTimeout(next, wait));
    if (now === r) await look(r);
  }
  r.followed = false;
}

/** Begins with what the API answered. */
export function begin(e: Escalation, pressed: number): void {
  now = newRun(e.id, pressed);
  note(now, e);
  void follow(now);
}

/** The test of an address; what was measured of it is still there unless the page was loaded anew. */
export function useRun(id: string): Run | undefined {
  const [, again] = useState(0);
  useEffect(() => {
    const f = () => again((n) => n + 1);
    watching.add(f);
    if (id && now?.id !== id) {
      now = newRun(id, 0);
      const r = now;
      void look(r).then(() => follow(r));
    } else if (now && now.e?.state === 'active') void follow(now);
    return () => void watching.delete(f);
  }, [id]);
  return id && now?.id === id ? now : undefined;
}
