// What somebody has begun to write. It outlives a change of screen and a session that ended, and
// nobody else sees it. It lies in memory alone, so that nobody finds it later on the same phone.
import { useLayoutEffect, useState } from 'preact/hooks';

const drafts = new Map<string, unknown>();
let whose = '';

/** Says whose drafts are kept from now on: those of somebody else go. */
export function keepDraftsOf(member: string): void {
  if (whose !== member) {
    drafts.clear();
    for (const key of guarded) guard(key, false);
  }
  whose = member;
}

const guarded = new Set<string>();
const ask = (e: BeforeUnloadEvent): void => e.preventDefault();

/** Has the browser ask before it closes or loads the page anew, as long as a key says that something would be lost. */
export function guard(key: string, on: boolean): void {
  if (on) guarded.add(key);
  else guarded.delete(key);
  if (guarded.size > 0) addEventListener('beforeunload', ask);
  else removeEventListener('beforeunload', ask);
}

/** Guards what goes with the screen that shows it. */
export function useGuard(key: string, on: boolean): void {
  useLayoutEffect(() => {
    guard(key, on);
    return () => guard(key, false);
  }, [key, on]);
}

/** A state that is kept by its key until it is cleared. */
export function useDraft<T extends object>(key: string, initial: T): [T, (change: Partial<T> | ((was: T) => Partial<T>)) => void, () => void] {
  const [value, set] = useState(() => drafts.get(key) as T | undefined ?? initial);
  const put = (change: Partial<T> | ((was: T) => Partial<T>)) => set((was) => {
    const next = { ...was, ...(typeof change === 'function' ? change(was) : change) };
    drafts.set(key, next);
    return next;
  });
  const clear = () => {
    drafts.delete(key);
    guard(key, false);
  };
  return [value, put, clear];
}
