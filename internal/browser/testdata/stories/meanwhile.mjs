// Two people at one thing: whoever comes second is told who was first, and has a way on. And a long
// list, which is as long as it was for whoever comes back to it.
import { equal } from '../harness/check.mjs';

export default async function (stage) {
  const { sandbox } = stage;
  const bilal = await stage.person('bilal');
  const chitra = await sandbox.signIn('chitra');
  await bilal.signIn();
  await claimed(sandbox, bilal, chitra);
  await long(sandbox, bilal);
  await bilal.open('/me');
  await bilal.goOnline();
  await filed(sandbox, bilal);
}

async function claimed(sandbox, bilal, chitra) {
  bilal.watch.expect(/\/claim$/, 409);
  const { callback } = await sandbox.escalate();
  await bilal.open(`/callbacks/${callback.id}`);
  await bilal.button('I call them').waitFor();
  await sandbox.call('POST', `/v1/callbacks/${callback.id}/claim`, {}, chitra.token);
  await bilal.button('I call them').click();
  await bilal.page.getByRole('alert').filter({ hasText: /\S/ }).first().waitFor();
  await bilal.text('Chitra has it').first().waitFor();
  await bilal.button('I call them').waitFor({ state: 'hidden' });
}

async function long(sandbox, bilal) {
  for (let n = 0; n < 60; n++) await sandbox.escalate();
  const { page } = bilal;
  await bilal.link('Callbacks').click();
  const rows = page.locator('.calls li');
  await rows.nth(49).waitFor();
  equal(await rows.count(), 50, 'the first page of callbacks');
  await bilal.button('Show more').click();
  await rows.nth(60).waitFor();
  await rows.nth(60).getByRole('link').click();
  await bilal.button('I call them').waitFor();
  await page.goBack();
  await rows.nth(60).waitFor();
}

async function filed(sandbox, bilal) {
  const { departments } = await sandbox.call('GET', '/sandbox');
  const named = (name) => departments.find((d) => d.name === name).id;
  const { escalationId } = await sandbox.escalate({ departmentId: named('Kids') });
  await bilal.accept();
  await bilal.button('File elsewhere').click();
  await bilal.page.getByRole('radio', { name: 'Gents' }).check();
  await sandbox.asOwner('PATCH', `/v1/escalations/${escalationId}`, { departmentId: named('Ladies') });
  await bilal.button('File it').click();
  await bilal.text('Meanwhile somebody filed it under Ladies.').waitFor();
  await bilal.button('File it where I chose').click();
  await bilal.button('File elsewhere').waitFor();
  equal((await sandbox.escalation(escalationId)).departmentName, 'Gents', 'where it is filed in the end');
}
