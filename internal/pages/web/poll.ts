// The page's side of the poller.
import { useEffect, useState } from 'preact/hooks';
import { Unreached, currentBearer, refresh } from './api';
import { workerURL } from './trusted';
import { type Found, type Order, type Report } from './work';

/** What is known of one's work, and since when nothing was heard. */
export interface Work { found: Found | undefined; awaySince: number | undefined; order: (o: Order) => void }

/** Polls while the component is shown. */
export function useWork(online: boolean): Work {
  const [found, setFound] = useState<Found>();
  const [awaySince, setAway] = useState<number>();
  const [worker, setWorker] = useState<Worker>();
  useEffect(() => {
    const w = new Worker(workerURL(), { type: 'module' });
    const order = (o: Order) => w.postMessage(o);
    w.onmessage = ({ data }: MessageEvent<Report>) => {
      switch (data.kind) {
        case 'found': setFound(data.found); setAway(undefined); break;
        case 'away': setAway(data.since); break;
        case 'back': setAway(undefined); break;
        case 'bearer': void renew(order); break;
      }
    };
    order({ kind: 'begin', bearer: currentBearer(), online });
    const now = () => { if (document.visibilityState === 'visible') order({ kind: 'now' }); };
    addEventListener('online', now);
    document.addEventListener('visibilitychange', now);
    setWorker(w);
    return () => {
      removeEventListener('online', now);
      document.removeEventListener('visibilitychange', now);
      order({ kind: 'end' });
      setTimeout(() => w.terminate(), 100); // the lock is given back before
    };
  }, []);
  const order = (o: Order) => worker?.postMessage(o);
  useEffect(() => order({ kind: 'online', online }), [worker, online]);
  return { found, awaySince, order };
}

/** Renews the bearer for the poller, however long the network is away. */
async function renew(order: (o: Order) => void): Promise<void> {
  for (let wait = 1000; ; wait = Math.min(15_000, 2 * wait)) {
    try {
      if (await refresh()) order({ kind: 'bearer', bearer: currentBearer() });
      return;
    } catch (e) {
      if (!(e instanceof Unreached)) throw e;
      await new Promise((next) => setTimeout(next, wait));
    }
  }
}
