// Something that is read again and again, and shown as it was last while it cannot be read.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Refused, Unreached, call } from './api';
import { type Wrong, wrongOf } from './parts';
import { say } from './words';

/** The value of last, when it was so, and what is wrong now; with what was asked for where the API says so. */
export interface Resource<T> { value: T | undefined; etag: string; at: number; failed: string; wrong: Wrong; again: () => void }

/** Why nothing could be read. */
const wordsOf = ({ problem }: Refused): string => problem.errors?.map((f) => f.detail).join(' ') || problem.detail
  || (problem.status === 429 || problem.status >= 502 ? say('error.unreadBusy') : say('error.unknown', { id: problem.requestId ?? String(problem.status) })); // the gateway's own

/** Whether asking again soon would be refused for the same. */
const final = ({ problem }: Refused): boolean => problem.status < 500 && problem.status !== 408 && problem.status !== 429;

/** Reads a path every so many milliseconds, less often while the page is hidden. 0 reads once. */
export function useResource<T>(path: string, shown = 0, hidden = 0): Resource<T> {
  const [value, set] = useState<T>();
  const [failed, fail] = useState('');
  const at = useRef(0), faults = useRef<Wrong>({}), tag = useRef(''), look = useRef<() => void>(() => undefined);
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined, failures = 0, going = false, more = false;
    const read = async () => {
      clearTimeout(timer);
      more = going; // what is being read may be from before what it is asked again for
      if (going) return;
      going = true;
      let wait = document.visibilityState === 'visible' ? shown : hidden;
      try {
        const a = await call<T>('GET', path, undefined, { headers: tag.current ? { 'If-None-Match': tag.current } : {}, signal: stop.signal });
        if (a.status !== 304) {
          tag.current = a.etag;
          set(a.body);
        }
        at.current = Date.now();
        failures = 0;
        faults.current = {};
        fail('');
      } catch (e) {
        if (stop.signal.aborted) return;
        if (!(e instanceof Unreached) && !(e instanceof Refused)) throw e;
        wait = e instanceof Refused && final(e) ? 60_000 : Math.max(e instanceof Refused ? e.retryAfter * 1000 : 0, Math.min(15, 2 ** failures++) * 1000);
        faults.current = e instanceof Refused && e.problem.errors?.length ? wrongOf(e) : {};
        fail(e instanceof Refused ? wordsOf(e) : say('error.unread'));
      } finally {
        going = false;
        if (more && !stop.signal.aborted) void read();
        else if (wait && !stop.signal.aborted) timer = setTimeout(() => void read(), wait);
      }
    };
    look.current = () => void read();
    const now = () => { if (document.visibilityState === 'visible') void read(); };
    document.addEventListener('visibilitychange', now);
    addEventListener('online', now);
    tag.current = '';
    set(undefined);
    void read();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', now);
      removeEventListener('online', now);
    };
  }, [path]);
  return { value, etag: tag.current, at: at.current, failed, wrong: failed ? faults.current : {}, again: () => look.current() };
}
