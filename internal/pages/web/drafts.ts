// What somebody has begun to write. It outlives a change of screen and a session that ended, and
// nobody else sees it.
import { useState } from 'preact/hooks';

const drafts = new Map<string, unknown>();
let whose = '';

/** Says whose drafts are kept from now on: those of somebody else go. */
export function keepDraftsOf(member: string): void {
  if (whose !== member) drafts.clear();
  whose = member;
}

/** A state that is kept by its key until it is cleared. */
export function useDraft<T extends object>(key: string, initial: T): [T, (change: Partial<T> | ((was: T) => Partial<T>)) => void, () => void] {
  const [value, set] = useState(() => drafts.get(key) as T | undefined ?? initial);
  const put = (change: Partial<T> | ((was: T) => Partial<T>)) => set((was) => {
    const next = { ...was, ...(typeof change === 'function' ? change(was) : change) };
    drafts.set(key, next);
    return next;
  });
  return [value, put, () => drafts.delete(key)];
}
