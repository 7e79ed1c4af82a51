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
