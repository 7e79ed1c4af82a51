// Whether a screen holds together at a width: nothing to scroll sideways, nothing cut, no text over
// other text, everything that is touched large enough.

/** What is wrong on the page of now, in words. It runs inside the page. */
function faultsOfLayout() {
  const faults = [];
  const name = (e) => `${e.tagName.toLowerCase()}${e.className && typeof e.className === 'string' ? '.' + e.className.trim().replace(/\s+/g, '.') : ''} "${(e.textContent ?? '').trim().slice(0, 40)}"`;
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) faults.push(`the page is ${root.scrollWidth} wide in ${root.clientWidth}`);

  const shown = (e) => e.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true, contentVisibilityAuto: true });
  /** Asks each element once: what holds for it holds for all below. */
  const known = (f) => {
    const all = new Map();
    const ask = (e) => {
      if (!all.has(e)) all.set(e, f(e, ask));
      return all.get(e);
    };
    return ask;
  };
  const hiddenOnPurpose = known((e, ask) => { // for screen readers alone
    if (!e || e === document.body) return false;
    const s = getComputedStyle(e);
    return s.clipPath !== 'none' || (s.position === 'absolute' && e.clientWidth <= 1) || ask(e.parentElement);
  });
  for (const e of document.body.querySelectorAll('*')) {
    if (!shown(e) || hiddenOnPurpose(e) || e instanceof SVGElement) continue;
    const s = getComputedStyle(e);
    if (e.matches('input, textarea, select') || s.webkitLineClamp !== 'none') continue; // what is typed moves, what is folded is whole elsewhere
    if (/auto|scroll/.test(s.overflowX) && e.scrollWidth > e.clientWidth + 1) faults.push(`to scroll sideways: ${name(e)}`);
    if (/hidden|clip/.test(s.overflowX) && e.scrollWidth > e.clientWidth + 1) faults.push(`cut at the side: ${name(e)}`);
    if (/hidden|clip/.test(s.overflowY) && e.scrollHeight > e.clientHeight + 1) faults.push(`cut below: ${name(e)}`);
  }

  // The layer that is on top: what lies under a dialog is covered on purpose.
  const layer = known((e, ask) => {
    if (!e) return document.body;
    return ['fixed', 'sticky'].includes(getComputedStyle(e).position) || e.matches(':modal, :popover-open') ? e : ask(e.parentElement);
  });
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const e = node.parentElement;
    if (!node.data.trim() || !shown(e) || hiddenOnPurpose(e) || e.closest('svg, select, textarea')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const r of range.getClientRects()) {
      if (r.width < 1 || r.height < 1) continue;
      if (r.left < -1 || r.right > root.clientWidth + 1) faults.push(`beyond the edge: ${name(e)}`);
      // A line's box is higher than its letters.
      texts.push({ e, node, layer: layer(e), left: r.left + 1, right: r.right - 1, top: r.top + r.height * 0.2, bottom: r.bottom - r.height * 0.2 });
    }
  }
  texts.sort((a, b) => a.top - b.top);
  for (let i = 0; i < texts.length; i++) {
    for (let j = i + 1; j < texts.length && texts[j].top < texts[i].bottom; j++) {
      const a = texts[i], b = texts[j];
      if (a.node === b.node || a.layer !== b.layer) continue;
      if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1) faults.push(`over each other: ${name(a.e)} and ${name(b.e)}`);
    }
  }
  return [...new Set(faults)];
}

/** What can be touched and is too small for it (WCAG 2.2, 2.5.8). It runs inside the page. */
function smallTargets(least) {
  const small = [];
  for (const e of document.querySelectorAll('a[href], button, input, select, textarea, summary, [role=button], [role=switch]')) {
    if (!e.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
    const target = (e.matches('[type=radio], [type=checkbox]') && e.closest('label')) || e;
    const r = target.getBoundingClientRect();
    const inline = e.tagName === 'A' && getComputedStyle(e).display === 'inline' && e.parentElement.textContent.trim() !== e.textContent.trim(); // within a sentence
    if (!inline && (r.width < least || r.height < least)) small.push(`${Math.round(r.width)}x${Math.round(r.height)}: ${e.tagName.toLowerCase()} "${(e.textContent || e.name || '').trim().slice(0, 40)}"`);
  }
  return small;
}

export const widths = [320, 390, 1440, 2560];

/** What is wrong with a page at all widths; it gets its own back. */
export async function fits(page, what, all = widths) {
  const own = page.viewportSize();
  const found = [];
  for (const width of all) {
    await page.setViewportSize({ width, height: width < 700 ? 844 : 900 });
    for (const f of await page.evaluate(faultsOfLayout)) found.push(`${what} at ${width}: ${f}`);
    for (const f of await page.evaluate(smallTargets, 24)) found.push(`${what} at ${width}: a target of ${f}`);
  }
  await page.setViewportSize(own);
  return found;
}

/** What f gives while text is twice as large, as somebody sets it in their browser. */
export async function largeText(page, f) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } });
  try {
    return await f();
  } finally {
    await cdp.send('Page.setFontSizes', { fontSizes: { standard: 16, fixed: 13 } });
    await cdp.detach();
  }
}
