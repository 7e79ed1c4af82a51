// Whatever a customer writes is text: it makes no element, no address and no direction of its own.
import { equal, ok } from '../harness/check.mjs';
import { enquiry, harm, link, markup } from '../harness/hostile.mjs';

async function harmless(person, what) {
  equal(await person.page.evaluate(harm), [], what);
}

export default async function (stage) {
  const [asha, owner] = [await stage.person('asha'), await stage.person('owner')];
  await asha.begin();
  await owner.signIn();
  const { escalationId } = await stage.sandbox.escalate(enquiry);
  await asha.ringing.waitFor();
  await harmless(asha, 'what rings');
  await owner.open('/live');
  await owner.page.locator(`a[href="/escalations/${escalationId}"]`).first().waitFor();
  await harmless(owner, 'Live');

  await asha.accept();
  await asha.text('line 1').first().waitFor();
  await harmless(asha, 'the work');
  const text = await asha.page.locator('main').textContent();
  ok(text.includes(markup), 'the markup is not shown as text');
  ok(text.includes(link), 'the link is not shown as text');
  ok(text.includes('bell□ escape□[31m'), 'no boxes for control characters');
  ok(text.includes('pay □09 rof□'), 'no boxes for what turns the direction');
  await folded(asha);
  await asha.finish();

  await asha.goOfflineSwitch.click();
  await asha.goOnlineSwitch.waitFor();
  const { callback } = await stage.sandbox.escalate({ ...enquiry, customer: { ...enquiry.customer, phone: '+919800000098' } });
  await asha.open('/callbacks');
  await asha.page.locator(`a[href="/callbacks/${callback.id}"]`).waitFor();
  await harmless(asha, 'the list of callbacks');
  await asha.page.locator(`a[href="/callbacks/${callback.id}"]`).click();
  await asha.page.getByRole('heading', { level: 1 }).filter({ hasText: 'Eve' }).waitFor();
  await harmless(asha, 'a callback');
}

/** Two thousand lines take the place of a few, until they are asked for. */
async function folded(person) {
  const last = person.page.getByText('line 2000');
  const height = await person.page.evaluate(() => document.documentElement.scrollHeight);
  ok(height < 12_000, `2,000 lines make a page of ${height} pixels`);
  ok(!(await last.first().isVisible().catch(() => false)), 'line 2000 is shown unasked');
}
