// Browsers let a page sound only after a touch. Going online is one; after a reload there was none,
// and the page says so. Whatever a driver evaluates in a page counts as a touch, so this only reads
// what the page writes, and touches by the mouse.
import { eventually, ok } from '../harness/check.mjs';

const off = 'Sound is off: tap to hear when it rings';

export default async function (stage) {
  const asha = await stage.person('asha');
  await asha.begin();
  ok(await asha.button(off).count() === 0, 'the sound is said to be off after the touch that turned it on');

  const cdp = await asha.context.newCDPSession(asha.page);
  await cdp.send('Accessibility.enable');
  const named = async (name) => (await cdp.send('Accessibility.getFullAXTree')).nodes.find((n) => !n.ignored && /^(button|switch)$/.test(n.role?.value) && n.name?.value === name);
  await cdp.send('Page.reload');
  const bar = await eventually(() => named(off), 'the bar that says that the sound is off');
  ok(await named('Go offline'), 'the member is not online any more after a reload');

  const { model } = await cdp.send('DOM.getBoxModel', { backendNodeId: bar.backendDOMNodeId });
  const [x1, y1, , , x2, y2] = model.content;
  const at = { x: (x1 + x2) / 2, y: (y1 + y2) / 2, button: 'left', clickCount: 1 };
  await cdp.send('Input.dispatchMouseEvent', { type: 'mousePressed', ...at });
  await cdp.send('Input.dispatchMouseEvent', { type: 'mouseReleased', ...at });
  await eventually(async () => !(await named(off)), 'the sound to be on after the touch');
}
