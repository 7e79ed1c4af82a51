// The first screens are light in every language, and there in a second. On a machine that is busy with
// other tests the second is as much longer as more processes than processors want one, and one of three
// tries is enough.
import { equal, ok } from '../harness/check.mjs';
import { stretch } from '../harness/busy.mjs';

const most = 60_000; // bytes over the wire
/** What does not count: the sandbox's own pane is not deployed, and the pages are shown without the worker that rings while none is open. */
const beside = /^\/(sandbox|sw\.js)/;
const second = 1000;

export default async function (stage) {
  const asha = await stage.person('asha');
  await asha.signIn();
  let cookies = await asha.context.cookies();
  await asha.context.close();
  await light(stage, 'sign-in', '/sign-in', 'input[name=email]', []);
  cookies = await light(stage, 'my work', '/me', '[role=switch]', cookies);
  for (const [locale, word] of [['de-AT', 'Online gehen'], ['hi-IN', 'ऑनलाइन जाएँ']]) {
    const t = await visit(stage, '/me', '[role=switch]', cookies, locale);
    cookies = t.cookies;
    equal(t.word, word, `the switch in ${locale}`);
    stage.note(`my work in ${locale}: ${t.bytes} bytes in ${t.requests} answers`);
    ok(t.bytes <= most, `my work in ${locale}: ${t.bytes} bytes over the wire, at most ${most}`);
  }
}

/** Visits until it was soon enough, and gives the cookies of then. */
async function light(stage, what, path, sign, cookies) {
  const tries = [];
  for (let n = 0; n < 3; n++) {
    const t = await visit(stage, path, sign, cookies);
    cookies = t.cookies;
    tries.push(t);
    if (t.ready <= second * t.busy) break;
  }
  const best = tries.reduce((a, b) => (a.ready / a.busy < b.ready / b.busy ? a : b));
  stage.note(`${what}: ${best.bytes} bytes in ${best.requests} answers, ready after ${Math.round(best.ready)} ms on a machine ${best.busy.toFixed(1)} times as slow as idle`);
  for (const t of tries) ok(t.bytes > 5000 && t.bytes <= most, `${what}: ${t.bytes} bytes over the wire, at most ${most}`);
  ok(best.ready <= second * best.busy, `${what}: ready after ${tries.map((t) => `${Math.round(t.ready)} ms (a machine ${t.busy.toFixed(1)} times as slow)`)}`);
  return cookies;
}

/** Opens a screen in a browser that knows nothing of it, and gives what that took. */
async function visit(stage, path, sign, cookies, locale = 'en-GB') {
  const busy = stretch();
  const p = await stage.person('asha', { locale });
  await p.context.addCookies(cookies);
  await p.context.addInitScript((css) => {
    new MutationObserver((_, o) => {
      if (!document.querySelector(css)) return;
      o.disconnect();
      requestAnimationFrame(() => { globalThis.readyAt = performance.now(); });
    }).observe(document, { childList: true, subtree: true });
  }, sign);
  const answers = [];
  p.context.on('requestfinished', (r) => { if (!beside.test(new URL(r.url()).pathname)) answers.push(r.sizes()); });
  await p.open(path);
  const ready = await (await p.page.waitForFunction(() => globalThis.readyAt)).jsonValue();
  await p.page.waitForLoadState('networkidle');
  const sizes = await Promise.all(answers);
  const bytes = sizes.reduce((sum, s) => sum + s.responseBodySize + s.responseHeadersSize, 0);
  const word = await p.page.locator(sign).first().innerText();
  if (cookies.length) cookies = await p.context.cookies(); // each is good once
  await p.context.close();
  return { ready, bytes, busy, requests: sizes.length, word, cookies };
}
