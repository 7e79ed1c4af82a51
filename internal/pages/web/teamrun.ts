// Doing one thing for many, two at a time. What the server is too busy for waits, and is done after.
import { Refused, Unreached } from './api';

/** Seconds after which another try may go through; 0 where it would fail the same. */
function wait(e: unknown, tries: number): number {
  const slower = Math.min(15, 2 ** tries);
  if (e instanceof Unreached) return slower;
  if (e instanceof Refused && (e.problem.status >= 500 || e.problem.status === 429 && (e.retryAfter || !e.problem.detail))) return Math.max(e.retryAfter, e.retryAfter ? 1 : slower);
  return 0;
}

/** How a run goes: whether it waits for the server or the network, and until when nobody is to ask. */
interface Run { signal: AbortSignal; waits: (seconds: number, why: unknown) => void; until?: number }

const pause = (milliseconds: number, signal: AbortSignal) => new Promise<void>((next) => {
  const timer = setTimeout(next, milliseconds);
  signal.addEventListener('abort', () => { clearTimeout(timer); next(); });
});

/** Does f until there is an answer. Where one of a run has to wait, the others wait as well. */
async function patiently(f: () => Promise<void>, run: Run): Promise<void> {
  for (let tries = 0; ; tries++) {
    for (let left = (run.until ?? 0) - performance.now(); left > 0 && !run.signal.aborted; left = run.until! - performance.now()) await pause(left, run.signal);
    if (run.signal.aborted) return;
    try {
      return await f();
    } catch (e) {
      const seconds = wait(e, tries);
      if (!seconds) throw e;
      run.until = Math.max(run.until ?? 0, performance.now() + seconds * 1000);
      run.waits(seconds, e);
    }
  }
}

/** Does f for each, two at a time, until the signal says to stop. What f throws it throws for that one alone. */
export async function forEach<T>(all: readonly T[], f: (one: T) => Promise<void>, failed: (one: T, e: unknown) => void, run: Run): Promise<void> {
  const left = [...all];
  const next = async () => {
    for (let one = left.shift(); one !== undefined && !run.signal.aborted; one = left.shift()) {
      const current = one;
      try {
        await patiently(() => f(current), run);
      } catch (e) {
        failed(current, e);
      }
    }
  };
  await Promise.all([next(), next()]);
}
