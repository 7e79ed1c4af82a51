// What a browser keeps for this page: how loud it rings, whether keys are used. Some keep nothing.

/** What was kept, or nothing. */
export function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Keeps a value, or forgets it. */
export function keep(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // It holds until the page is loaded again.
  }
}

/** Whether somebody closed the first steps: those of one who is alone are done before a team's begin. */
export const isClosed = (look: string | null, alone: boolean): boolean => look === 'closed' || alone && look === 'closed-alone';
