// What Live paints of a rush, and how long after it happened.
import { eventually, ok } from './check.mjs';
import { stretch } from './busy.mjs';
import { agents, notePaints, rush } from './many.mjs';

const interval = 2000, grace = 500;

/** Plays a rush of so many seconds before Live, and holds 99 % of the changes to an interval and half
 * a second; the half second is longer on a machine that is busy with something else. */
export async function livePaints(stage, seconds) {
  const { sandbox } = stage;
  const all = await agents(sandbox, 20);
  const owner = await stage.person('owner', { viewport: { width: 1440, height: 900 } });
  await owner.context.addInitScript(notePaints);
  await owner.signIn();
  await owner.open('/live');
  await owner.page.getByRole('heading', { level: 1 }).waitFor();
  const busy = [stretch()];
  const made = await rush(sandbox, all, seconds);
  busy.push(stretch());
  const changes = Object.entries(made);
  const painted = await eventually(async () => {
    const p = await owner.page.evaluate(() => globalThis.painted);
    return changes.every(([change]) => change in p) && p;
  }, 'all changes painted');
  const late = changes.map(([change, at]) => painted[change] - at).sort((a, b) => a - b);
  const limit = interval + grace * Math.max(...busy);
  const of99 = late[Math.ceil(late.length * 0.99) - 1];
  stage.note(`${changes.length} changes: median after ${late[late.length >> 1]} ms, 99 % within ${of99} ms, the last after ${late.at(-1)} ms; busy ${Math.max(...busy).toFixed(1)}`);
  ok(of99 <= limit, `99 % of the changes are painted within ${of99} ms, want ${Math.round(limit)}: ${late.slice(-10)}`);
}
