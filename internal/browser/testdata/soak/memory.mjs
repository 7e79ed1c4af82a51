// An hour of Live and of my work while customers come and go: what the pages hold does not grow.
import { ok } from '../harness/check.mjs';
import { agents, rush, signInAnew } from '../harness/many.mjs';

const minutes = Number(process.env.SOAK_MINUTES ?? 60);

export default async function (stage) {
  const { sandbox } = stage;
  const all = await agents(sandbox, 5);
  const owner = await stage.person('owner', { viewport: { width: 1440, height: 900 } });
  await owner.signIn();
  await owner.open('/live');
  const asha = await stage.person('asha');
  await asha.signIn();
  const looks = [];
  const end = performance.now() + minutes * 60_000;
  // The first look is after a tenth, when all that is made once is made.
  for (let part = 1; part <= 10; part++) {
    while (performance.now() < end - minutes * 6_000 * (10 - part)) await rush(sandbox, all, 5);
    await signInAnew(sandbox, all);
    looks.push([await held(owner), await held(asha)]);
  }
  for (const [i, who] of ['Live', 'my work'].entries()) {
    const first = looks[0][i], last = looks.at(-1)[i];
    stage.note(`${who}: ${looks.map((l) => `${(l[i].bytes / 1e6).toFixed(1)} MB, ${l[i].nodes} nodes`).join('; ')}`);
    ok(last.bytes < first.bytes * 1.2 + 1e6, `${who}: ${first.bytes} bytes became ${last.bytes}`);
    ok(last.nodes < first.nodes * 1.2 + 200, `${who}: ${first.nodes} nodes became ${last.nodes}`);
  }
}

/** What a page holds once what it dropped is collected. */
async function held({ context, page }) {
  const cdp = await context.newCDPSession(page);
  await cdp.send('Performance.enable');
  await cdp.send('HeapProfiler.collectGarbage');
  const { metrics } = await cdp.send('Performance.getMetrics');
  await cdp.detach();
  const of = (name) => metrics.find((m) => m.name === name).value;
  return { bytes: of('JSHeapUsedSize'), nodes: of('Nodes') };
}
