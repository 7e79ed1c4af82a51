// The notifications that are shown are asked for, shown and closed by one at a time, of the worker and all pages.

/** Does something with them while nobody else of ours does: Chromium forgets one that is being shown while they are
 * asked for, and it then stays until somebody taps it. Who holds it for a second is not waited for, such as a page that
 * the system has frozen. */
export async function alone<T>(f: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return f();
  let done: Promise<T> | undefined;
  await navigator.locks.request('connectnow-shown', { signal: AbortSignal.timeout(1000) }, () => (done = f()).catch(() => undefined)).catch(() => undefined);
  return done ?? f();
}
