// What rings: the oldest offer that has not run out, how it is answered and what became of it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Refused, call } from './api';
import { Icon, useDoing } from './parts';
import { hush, ring } from './sound';
import { isWord, say } from './words';
import { type Escalation, keyOf, moment } from './work';

/** The name by which the API knows this page, so that one's other devices stop ringing. */
export const device = 'page-' + crypto.randomUUID();

const reasonOf = (e: Escalation): string => {
  const key = `reason.${e.reason}`;
  return isWord(key) ? say(key) : e.reason;
};

/** The oldest offer that has not run out. */
export function useAlive(offers: Escalation[], deadlines: Record<string, number>): Escalation | undefined {
  const [, again] = useState(0);
  const alive = offers.find((e) => (deadlines[keyOf(e)] ?? 0) > moment());
  const ends = alive && deadlines[keyOf(alive)]!;
  useEffect(() => {
    if (!ends) return undefined;
    const t = setTimeout(() => again((n) => n + 1), ends - moment());
    return () => clearTimeout(t);
  }, [ends]);
  return alive;
}

/** Says what became of an offer that went away without this page's doing. */
export function useGone(offers: Escalation[], tell: (s: string) => void): { mine: (e: Escalation) => void } {
  const known = useRef(new Map<string, Escalation>());
  const answered = useRef(new Set<string>());
  useEffect(() => {
    const now = new Set(offers.map(keyOf));
    for (const [key, e] of known.current) {
      if (now.has(key)) continue;
      known.current.delete(key);
      if (!answered.current.delete(key)) void whatBecame(e).then(tell);
    }
    for (const e of offers) known.current.set(keyOf(e), e);
  }, [offers.map(keyOf).join()]);
  return { mine: (e) => answered.current.add(keyOf(e)) };
}

async function whatBecame(e: Escalation): Promise<string> {
  try {
    const now = (await call<Escalation>('GET', `/v1/escalations/${e.id}`)).body;
    if (now.state === 'cancelled') return say('ended.left');
    if (now.assignedTo) return say('ended.taken', { name: now.assignedTo.firstName });
  } catch (error) {
    if (!(error instanceof Refused)) return '';
  }
  return say('ended.elsewhere');
}

/** Rings, and says so in the title, while there is an offer. */
export function useRing(offer: Escalation | undefined): void {
  const key = offer && keyOf(offer);
  useEffect(() => {
    if (!offer) return undefined;
    const title = document.title;
    document.title = `(1) ${say(offer.channel === 'call' ? 'offer.call' : 'offer.chat')} · ${offer.departmentName ?? say('app')}`;
    ring(offer.channel);
    return () => {
      hush();
      document.title = title;
    };
  }, [key]);
}

/** Whole seconds until a moment. */
function useSeconds(ends: number): number {
  const left = () => Math.max(0, Math.ceil((ends - moment()) / 1000));
  const [seconds, set] = useState(left);
  useEffect(() => {
    const t = setInterval(() => set(left()), 250);
    return () => clearInterval(t);
  }, [ends]);
  return seconds;
}

export function Ringing({ e, ends, more, done }: { e: Escalation; ends: number; more: number; done: (said: string) => void }) {
  const seconds = useSeconds(ends);
  const { busy, wrong, run } = useDoing();
  const answer = (what: 'accept' | 'decline') => run(async () => {
    try {
      await call('POST', `/v1/escalations/${e.id}/${what}`, { offer: e.offer!.number, deviceId: device });
      done('');
    } catch (error) {
      if (!(error instanceof Refused) || error.name !== 'offer-gone') throw error;
      const by = error.problem.takenBy;
      done(by ? say('ended.taken', { name: by.firstName }) : say('ended.elsewhere'));
    }
  });
  const title = say(e.channel === 'call' ? 'offer.call' : 'offer.chat');
  return (
    <section class="ringing" role="alertdialog" aria-label={title}>
      <p class="kind"><Icon name={e.channel === 'call' ? 'phone' : 'message-circle'} />{title}{e.drill && <span class="tag">{say('offer.drill')}</span>}</p>
      {e.departmentName && <p class="department">{e.departmentName}</p>}
      <p>{reasonOf(e)}</p>
      <p class="seconds" aria-live={seconds === 10 || seconds === 5 ? 'assertive' : 'off'}>{say('offer.seconds', { n: seconds })}</p>
      <button class="accept" disabled={busy} onClick={() => answer('accept')}>{say('offer.accept')}</button>
      <button class="decline" disabled={busy} onClick={() => answer('decline')}>{say('offer.decline')}</button>
      <p class="hint">{say('offer.next')}</p>
      {more > 0 && <p>{say('me.more', { n: more })}</p>}
      <div role="alert">{Object.values(wrong).flat().map((w) => <p class="wrong">{w}</p>)}</div>
    </section>
  );
}
