// The harness itself: what no page may do is found where one does it. A check that cannot fail says
// nothing.
import { eventually, ok } from '../harness/check.mjs';
import { fits } from '../harness/layout.mjs';
import { accessible, focusIsSeen } from '../harness/axe.mjs';
import { harm } from '../harness/hostile.mjs';

export default async function (stage) {
  const asha = await stage.person('asha');
  const { page } = asha;
  await asha.open('/sign-in');
  await page.getByLabel('E-mail').waitFor();
  await told(asha, 'console', /console: said/, () => console.error('said'));
  await told(asha, 'thrown', /thrown: Error: too early/, () => { setTimeout(() => { throw new Error('too early'); }); });
  await told(asha, 'a style of its own', /style-src/, () => { const s = document.createElement('style'); s.textContent = 'body { color: red }'; document.body.append(s); });
  await told(asha, 'markup', /TrustedHTML|trusted-types|require-trusted-types-for/, () => { try { document.body.innerHTML = '<i>x</i>'; } catch { /* refused */ } });
  await told(asha, 'code of text', /script-src|eval/, () => { setTimeout(() => { try { globalThis.eval('1'); } catch { /* refused */ } }); });
  await told(asha, 'an address elsewhere', /connect-src/, () => { void fetch('https://example.com/').catch(() => undefined); });
  await told(asha, 'an answer that nobody expected', /\/v1\/nothing: 404/, () => { void fetch('/v1/nothing'); });
  await seen(page);
  asha.watch.faults.length = 0;
}

/** What a page does is told of. */
async function told(asha, what, how, does) {
  asha.watch.faults.length = 0;
  await asha.page.evaluate(does);
  await eventually(() => asha.watch.faults.some((f) => how.test(f)), `${what}: ${how} among ${asha.watch.faults.join('\n')}`, 10_000);
}

/** Faults of layout, access and safety are seen. */
async function seen(page) {
  await page.evaluate(() => {
    const add = (tag, text, css, more = {}) => {
      const e = Object.assign(document.createElement(tag), more);
      e.textContent = text;
      for (const [name, value] of Object.entries(css)) e.style.setProperty(name, value);
      document.querySelector('main').append(e);
    };
    add('p', 'far too wide '.repeat(9), { 'white-space': 'nowrap', width: '200vw' });
    add('p', 'cut away '.repeat(20), { 'white-space': 'nowrap', overflow: 'hidden', width: '5rem' });
    add('p', 'below', { height: '2rem' });
    add('p', 'above', { 'margin-block-start': '-3.2rem' });
    add('button', 'x', { 'min-block-size': '0', height: '10px', width: '10px', padding: '0', outline: 'none' });
    add('p', 'pale', { color: '#ddd', background: '#fff' });
    add('a', 'elsewhere', {}, { href: 'http://example.com/' });
  });
  const all = [...await fits(page, 'spoilt', [390]), ...await accessible(page, 'spoilt'), ...await focusIsSeen(page, 'spoilt'), ...await page.evaluate(harm)].join('\n');
  for (const how of [/the page is \d+ wide/, /cut at the side/, /over each other/, /a target of 10x10/, /color-contrast/, /without a mark/, /beyond the edge/, /href of A/]) ok(how.test(all), `${how} is not among\n${all}`);
}
