// How an offer is answered. What was pressed while the network is away is sent again until there
// is an answer: the API gives the same one to the same page as often as it asks.
import { useRef, useState } from 'preact/hooks';
import { Refused, Unreached, call } from './api';
import { becameOf } from './offers';
import { phoneId } from './phone';
import { type Wrong, wrongOf } from './parts';
import { say } from './words';
import { type Escalation, keyOf } from './work';

const page = 'page-' + crypto.randomUUID();

/** The name by which the API knows this phone, or else this page, so that one's other devices stop ringing. */
export const device = (): string => phoneId() ?? page;

export type Answering = 'accept' | 'decline';

/** An answer under way; it waits while the network or the server is away. */
export interface Pending { e: Escalation; what: Answering; waits: boolean }

/** The answers under way and those that were given, and what was wrong, by the offer's key. */
export interface Answers {
  pending: Record<string, Pending>;
  wrong: Record<string, Wrong>;
  answered: (key: string) => boolean;
  give: (e: Escalation, what: Answering) => void;
}

/** Until the network is back, or so many seconds. */
const until = (seconds: number) => new Promise<void>((next) => {
  const done = () => {
    removeEventListener('online', done);
    clearTimeout(timer);
    next();
  };
  const timer = setTimeout(done, seconds * 1000);
  addEventListener('online', done);
});

/** After how many seconds a failed call may go through; 0 where another try would fail the same. */
function again(e: unknown, tries: number): number {
  const slower = Math.min(15, 2 ** tries);
  if (e instanceof Unreached) return slower;
  if (e instanceof Refused && (e.problem.status >= 500 || e.problem.status === 429)) return Math.max(slower, e.retryAfter);
  return 0;
}

async function send(e: Escalation, what: Answering, waits: () => void): Promise<Escalation> {
  for (let tries = 0; ; tries++) {
    try {
      return (await call<Escalation>('POST', `/v1/escalations/${e.id}/${what}`, { offer: e.offer!.number, deviceId: device() })).body;
    } catch (error) {
      const seconds = again(error, tries);
      if (!seconds) throw error;
      waits();
      await until(seconds);
    }
  }
}

/** What to say to somebody who came too late; nothing where the error is another. */
function tooLate(e: Escalation, me: string, error: unknown): string {
  if (!(error instanceof Refused)) return '';
  if (error.name === 'not-found') return say('ended.elsewhere');
  return error.name === 'offer-gone' || error.name === 'escalation-ended' ? becameOf(e, me, error) : '';
}

/** Gives answers; done is told when one was taken, of which offer, with the work where it was accepted. */
export function useAnswers(me: string, done: (key: string, said: string, accepted?: Escalation) => void): Answers {
  const [pending, setPending] = useState<Record<string, Pending>>({});
  const [wrong, setWrong] = useState<Record<string, Wrong>>({});
  const given = useRef(new Set<string>());
  const give = (e: Escalation, what: Answering) => {
    const key = keyOf(e);
    const note = (p?: Pending) => setPending(({ [key]: _, ...rest }) => p ? { ...rest, [key]: p } : rest);
    note({ e, what, waits: false });
    setWrong({});
    given.current.add(key);
    send(e, what, () => note({ e, what, waits: true })).then(
      (got) => done(key, '', what === 'accept' ? got : undefined),
      (error: unknown) => {
        const said = tooLate(e, me, error);
        if (said) return done(key, said);
        given.current.delete(key);
        setWrong({ [key]: wrongOf(error) });
      },
    ).finally(() => note());
  };
  return { pending, wrong, answered: (key) => given.current.has(key), give };
}
