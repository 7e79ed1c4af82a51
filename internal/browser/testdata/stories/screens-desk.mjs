// Live and callbacks, with long names, looked at from all sides.
import { look } from '../harness/look.mjs';
import { devanagari, enquiry, renameDepartments } from '../harness/names.mjs';

export default async function (stage) {
  const { sandbox } = stage;
  const departments = await renameDepartments(sandbox);
  const owner = await stage.person('owner');
  await owner.signIn();
  await owner.open('/live');
  await owner.heading(/nobody can take it/).waitFor();
  await look(owner, 'live-nobody');

  const { callback } = await sandbox.escalate(enquiry(departments[0].id));
  const agent = await sandbox.member(devanagari.firstName, devanagari.lastName);
  await sandbox.online(agent);
  const { escalationId } = await sandbox.escalate({ ...enquiry(departments[1].id), customer: { name: 'Meera' } });
  await sandbox.call('POST', `/v1/escalations/${escalationId}/accept`, {}, agent.token);
  const ringing = await sandbox.escalate({ ...enquiry(departments[2].id), customer: { name: 'Zoë' } });
  await owner.page.locator(`a[href="/escalations/${ringing.escalationId}"]`).first().waitFor();
  await look(owner, 'live-busy');
  await owner.button('Why?').first().click();
  await owner.page.getByRole('columnheader', { name: 'Why, or why not' }).waitFor();
  await look(owner, 'live-why');
  await owner.page.getByRole('button', { name: /^Take offline: / }).first().click();
  await owner.page.getByRole('dialog').waitFor();
  await look(owner, 'live-take-offline');
  await owner.button('Cancel').click();
  await owner.open(`/escalations/${escalationId}`);
  await owner.page.getByRole('heading', { level: 1, name: 'Escalation' }).waitFor();
  await owner.page.getByText('What happened').waitFor();
  await look(owner, 'escalation');

  await owner.open('/callbacks');
  await owner.page.locator(`a[href="/callbacks/${callback.id}"]`).waitFor();
  await look(owner, 'callbacks');
  await owner.page.locator(`a[href="/callbacks/${callback.id}"]`).click();
  await owner.button('I call them').waitFor();
  await look(owner, 'callback-open');
  await owner.button('I call them').click();
  await owner.button('No answer').waitFor();
  await look(owner, 'callback-mine');
}
