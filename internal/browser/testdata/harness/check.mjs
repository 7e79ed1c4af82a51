// Small checks, with what was got in the message.
import { isDeepStrictEqual } from 'node:util';

/** Fails unless it is so. */
export function ok(is, what) {
  if (!is) throw new Error(what);
}

/** Fails unless both are alike. */
export function equal(got, want, what) {
  if (!isDeepStrictEqual(got, want)) throw new Error(`${what}: got ${JSON.stringify(got)}, want ${JSON.stringify(want)}`);
}

/** Asks again until f answers with something, and gives that. */
export async function eventually(f, what, milliseconds = 20_000) {
  const end = performance.now() + milliseconds;
  for (;;) {
    const got = await f();
    if (got) return got;
    if (performance.now() > end) throw new Error(`not within ${milliseconds} ms: ${what}`);
    await new Promise((next) => setTimeout(next, 50));
  }
}
