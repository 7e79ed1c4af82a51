// The page's side of the poller.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Member, Refused, call, currentBearer, onRenewed, refresh } from './api';
import { makePoller } from './poller';
import { workerURL } from './trusted';
import { type Away, type Found, type Order, type Report } from './work';

/** What is known of one's work, and since when nothing was heard. */
export interface Work { found: Found | undefined; away: { since: number; why: Away } | undefined; order: (o: Order) => void }

interface Running { order: (o: Order) => void; end: () => void }

/** Starts the poller in a Worker, or in the page where there is none or it cannot be loaded. */
function start(hear: (r: Report) => void): Running {
  const where = document.documentElement.dataset;
  const here = (): Running => {
    where['poller'] = 'page';
    const order = makePoller(hear);
    return { order, end: () => order({ kind: 'end' }) };
  };
  let w: Worker;
  try {
    w = new Worker(workerURL(), { type: 'module' });
  } catch {
    return here();
  }
  where['poller'] = 'worker';
  let instead: Running | undefined, begun: Order & { kind: 'begin' } | undefined;
  w.onmessage = ({ data }: MessageEvent<Report>) => hear(data);
  w.onerror = (e) => {
    e.preventDefault();
    if (instead) return;
    w.terminate();
    instead = here();
    if (begun) instead.order({ ...begun, bearer: currentBearer() });
  };
  return {
    order: (o) => {
      if (o.kind === 'begin') begun = o;
      if (instead) instead.order(o);
      else w.postMessage(o);
    },
    end: () => {
      if (instead) return instead.end();
      w.postMessage({ kind: 'end' } satisfies Order);
      setTimeout(() => w.terminate(), 100); // the lock is given back before
    },
  };
}

/** Polls while the component is shown, and tells of the member whenever they have changed. */
export function useWork(member: string, online: boolean, tellMe: (m: Member) => void): Work {
  const [found, setFound] = useState<Found>();
  const [away, setAway] = useState<Work['away']>();
  const running = useRef<Running>(undefined), hearMe = useRef(tellMe);
  hearMe.current = tellMe;
  useEffect(() => {
    let ended = false;
    const order = (o: Order) => running.current?.order(o);
    const r = start((said) => {
      if (ended) return;
      switch (said.kind) {
        case 'found': setFound(said.found); setAway(undefined); break;
        case 'me': hearMe.current(said.me); break;
        case 'away': setAway(said); break;
        case 'back': setAway(undefined); break;
        case 'refused': void call('GET', '/v1/me/escalations').catch(() => undefined); break;
        case 'bearer': void renew(setAway, () => ended); break;
      }
    });
    running.current = r;
    r.order({ kind: 'begin', member, bearer: currentBearer(), online });
    const now = () => { if (document.visibilityState === 'visible') order({ kind: 'now' }); };
    const stop = onRenewed(() => order({ kind: 'bearer', bearer: currentBearer() }));
    const gone = () => setAway((was) => was ?? { since: Date.now(), why: 'network' });
    addEventListener('online', now);
    addEventListener('offline', gone);
    document.addEventListener('visibilitychange', now);
    return () => {
      ended = true;
      stop();
      removeEventListener('online', now);
      removeEventListener('offline', gone);
      document.removeEventListener('visibilitychange', now);
      r.end();
    };
  }, []);
  useEffect(() => running.current?.order({ kind: 'online', online }), [online]);
  return { found, away, order: (o) => running.current?.order(o) };
}

/** Renews the bearer for the poller, however long network or server are away. */
async function renew(away: (a: Work['away']) => void, ended: () => boolean): Promise<void> {
  for (let wait = 1000, since = Date.now(); !ended(); wait = Math.min(15_000, 2 * wait)) {
    try {
      await refresh(); // and the poller is told as of any other
      return;
    } catch (e) {
      if (ended()) return;
      if (wait > 1000) away({ since, why: e instanceof Refused ? 'server' : 'network' });
      await new Promise((next) => setTimeout(next, Math.max(wait, e instanceof Refused ? e.retryAfter * 1000 : 0)));
    }
  }
}
