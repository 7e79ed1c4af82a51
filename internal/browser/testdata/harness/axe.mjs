// What axe-core finds on a screen, and what it does not look for.
import { createRequire } from 'node:module';
import { ok } from './check.mjs';

const { source } = createRequire(process.env.STORY_MODULES + '/')('axe-core');

/** No findings, light and dark. */
export async function accessible(page, what) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(`globalThis.axe ?? (() => { ${source} })()`);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'],
    }));
    const found = violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${v.help}: ${n.target} ${n.html.slice(0, 200)} ${n.failureSummary ?? ''}`));
    ok(found.length === 0, `${what}, ${colorScheme}:\n${found.join('\n')}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

/** Goes through everything by the Tab key: each thing that has the focus is seen, with a mark. */
export async function focusIsSeen(page, what) {
  await page.evaluate(() => { document.activeElement?.blur?.(); getSelection()?.removeAllRanges(); });
  const seen = new Set();
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return undefined;
      const r = e.getBoundingClientRect();
      const top = document.elementFromPoint(r.left + r.width / 2, r.top + Math.min(r.height, innerHeight) / 2);
      const style = getComputedStyle(e);
      globalThis.focused ??= new Map();
      if (!globalThis.focused.has(e)) globalThis.focused.set(e, globalThis.focused.size);
      return {
        key: globalThis.focused.get(e), name: `${e.tagName} "${(e.textContent || e.getAttribute('name') || '').trim().slice(0, 40)}"`,
        hidden: !top || !(e.contains(top) || top.contains(e) || [...(e.labels ?? [])].some((l) => l.contains(top))),
        marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
      };
    });
    if (!at || seen.has(at.key)) break;
    seen.add(at.key);
    ok(!at.hidden, `${what}: ${at.name} has the focus and is not seen`);
    ok(at.marked, `${what}: ${at.name} has the focus without a mark`);
  }
  ok(seen.size > 0, `${what}: nothing takes the focus`);
}
