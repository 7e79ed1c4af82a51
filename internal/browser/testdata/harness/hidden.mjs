// An agent looks at something else, and the browser lets the page's own timers wake once a minute.
// It rings all the same, since a Worker polls.
import { stretch } from './busy.mjs';
import { eventually, ok } from './check.mjs';
import { RawBrowser } from './raw.mjs';
import { passwords } from './sandbox.mjs';

/** Runs before the page's scripts: a timer of the main thread, which shows that the browser throttles
 * them, and a list of tones by when they sound. */
const before = `
  globalThis.lastTick = performance.now();
  setInterval(() => { globalThis.lastTick = performance.now(); }, 100);
  globalThis.tones = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (when) {
    tones.push(performance.now() + 1000 * Math.max(0, (when ?? 0) - this.context.currentTime));
    return start.call(this, when);
  };`;

const silence = 'performance.now() - lastTick';

/** Rings an agent whose tab is hidden, for at least so many milliseconds and until its timers hardly
 * wake any more. */
export async function hidden(stage, atLeast = 0) {
  const { sandbox } = stage;
  const browser = new RawBrowser();
  stage.atEnd(() => browser.close());
  const tab = await browser.tab(sandbox.url + '/sign-in', before);
  await tab.type('[name=email]', 'asha@example.com');
  await tab.type('[name=password]', passwords.agent);
  await tab.click('button.main');
  await tab.click('[role=switch][aria-checked=false]');
  await tab.until("document.querySelector('[role=switch]')?.getAttribute('aria-checked') === 'true'");

  await browser.tab('about:blank');
  await tab.until("document.visibilityState === 'hidden'");
  const from = performance.now();
  // What a page that polls by its own timers would be like. Without this the story proves nothing.
  await tab.until(`${silence} > 8000`, 150_000);
  const throttled = performance.now() - from;
  await new Promise((next) => setTimeout(next, Math.max(0, atLeast - throttled)));

  const rung = performance.now();
  const { escalationId } = await sandbox.escalate({ channel: 'call' });
  await eventually(async () => (await sandbox.escalation(escalationId)).offer.seenAt, 'the offer is seen');
  const seen = performance.now() - rung;
  await tab.until("document.title.startsWith('(1) New call')", 5000);
  const told = performance.now() - rung;
  await tab.until('tones.filter((at) => at > performance.now() - 8000 && at < performance.now() + 4000).length >= 6', 5000);
  stage.note(`timers slept after ${Math.round(throttled / 1000)} s, and it rang after ${Math.round((rung - from) / 1000)} s; the offer was seen after ${Math.round(seen)} ms, and the title told of it after ${Math.round(told)} ms`);
  const limit = Math.min(20_000, 5000 * stretch()); // far from the minute of the page's own timers
  ok(seen < limit, `the offer was seen after ${Math.round(seen)} ms, want the poller's 3 s, at most ${limit}`);

  await tab.front();
  await tab.until("document.visibilityState === 'visible'");
  await tab.click('button.accept');
  await eventually(async () => (await sandbox.status(escalationId)).outcome === 'accepted', 'the call is accepted');
  ok(tab.faults.length === 0, tab.faults.join('\n'));
}
