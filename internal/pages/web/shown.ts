// The notifications that are shown are asked for, shown and closed by one at a time, of the worker and all pages.

/** Does something with them while nobody else of ours does: Chromium forgets one that is being shown while they are
 * asked for, and it then stays until somebody taps it. Who holds it for a second is not waited for, such as a page that
 * the system has frozen; f is told whether it is sure that nobody asks. */
export async function alone<T>(f: (sure: boolean) => Promise<T>): Promise<T> {
  if (!navigator.locks) return f(true);
  let done: Promise<T> | undefined;
  const once = (sure: boolean) => done ??= f(sure);
  await new Promise<unknown>((next) => {
    setTimeout(next, 1000); // by AbortSignal.timeout older browsers would show nothing: they have locks, and not that
    navigator.locks.request('connectnow-shown', () => once(true)).then(next, next);
  });
  return once(false);
}
