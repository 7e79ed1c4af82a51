// What axe-core finds on a screen, and what it does not look for.
import { createRequire } from 'node:module';

const { source } = createRequire(process.env.STORY_MODULES + '/')('axe-core');

/** What axe-core finds. In the dark it looks at contrast alone: nothing else is another there. */
export async function accessible(page, what) {
  const found = [];
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    const only = colorScheme === 'dark' ? { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
    if (!await page.evaluate(() => 'axe' in globalThis)) await page.evaluate(source);
    const { violations } = await page.evaluate((only) => globalThis.axe.run(document, {
      runOnly: only, resultTypes: ['violations'],
    }), only);
    for (const v of violations) for (const n of v.nodes) found.push(`${what}, ${colorScheme}: ${v.id}: ${v.help}: ${n.target} ${n.html.slice(0, 200)} ${n.failureSummary ?? ''}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  return found;
}

/** Goes through everything by the Tab key, and gives what has the focus and is not seen, or has no
 * mark. */
export async function focusIsSeen(page, what) {
  await page.evaluate(() => { document.activeElement?.blur?.(); getSelection()?.removeAllRanges(); });
  const seen = new Set(), found = [];
  for (let n = 0; n < 60; n++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const e = document.activeElement;
      if (!e || e === document.body) return undefined;
      if (e.closest('#sandbox-pane')) return { key: -1 }; // no part of the pages
      const r = e.getBoundingClientRect();
      const top = document.elementFromPoint(r.left + r.width / 2, r.top + Math.min(r.height, innerHeight) / 2);
      const style = getComputedStyle(e);
      globalThis.focused ??= new Map();
      if (!globalThis.focused.has(e)) globalThis.focused.set(e, globalThis.focused.size);
      return {
        key: globalThis.focused.get(e), name: `${e.tagName} "${(e.textContent || e.getAttribute('name') || '').trim().slice(0, 40)}"`,
        hidden: !top || !(top.closest('#sandbox-pane') || e.contains(top) || top.contains(e) || [...(e.labels ?? [])].some((l) => l.contains(top))),
        marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
      };
    });
    if (at?.key === -1 || (!at && seen.size === 0)) continue; // the browser goes on from where it was
    if (!at || seen.has(at.key)) break;
    seen.add(at.key);
    if (at.hidden) found.push(`${what}: ${at.name} has the focus and is not seen`);
    if (!at.marked) found.push(`${what}: ${at.name} has the focus without a mark`);
  }
  return seen.size > 0 ? found : [`${what}: nothing takes the focus`];
}
