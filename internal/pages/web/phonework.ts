// What this phone does at work: a push wakes the poller, a tap opens what it is about, and what is shown
// goes when it is over.
import { useEffect, useRef } from 'preact/hooks';
import { beginPhone, missPush, onTold, tidy, usePhone } from './phone';
import { go } from './router';

/** How long after an offer was found by asking its push may come, in milliseconds. */
const late = 5000;

/** Keeps this phone ringing for a member; gives whether pushes work. Ringing are the keys of offers. */
export function usePhoneAtWork(member: string, known: boolean, ringing: string[], look: () => void): boolean {
  const { standing, works } = usePhone();
  const now = useRef({ ringing, look, standing });
  now.current = { ringing, look, standing };
  useEffect(() => {
    // What was refused may have been allowed meanwhile, elsewhere than here.
    const begin = () => { if (/reading|denied/.test(now.current.standing)) void beginPhone(member); };
    void beginPhone(member);
    const stop = onTold((told) => {
      if (told.kind === 'open') go(told.path);
      now.current.look();
    });
    addEventListener('online', begin);
    document.addEventListener('visibilitychange', begin);
    return () => {
      stop();
      removeEventListener('online', begin);
      document.removeEventListener('visibilitychange', begin);
    };
  }, [member]);
  useEffect(() => {
    const seen = () => { if (known && document.visibilityState === 'visible') void tidy(now.current.ringing).catch(() => undefined); };
    seen();
    document.addEventListener('visibilitychange', seen);
    return () => document.removeEventListener('visibilitychange', seen);
  }, [known]);
  const first = ringing[0];
  useEffect(() => {
    if (!first || !works) return undefined;
    const t = setTimeout(() => missPush(first), late);
    return () => clearTimeout(t);
  }, [first, works]);
  return works;
}
