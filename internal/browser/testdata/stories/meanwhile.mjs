// Two people at one thing: whoever comes second is told who was first, and has a way on.
import { equal } from '../harness/check.mjs';

export default async function (stage) {
  const { sandbox } = stage;
  const bilal = await stage.person('bilal');
  const chitra = await sandbox.signIn('chitra');
  await bilal.signIn();
  await claimed(sandbox, bilal, chitra);
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
