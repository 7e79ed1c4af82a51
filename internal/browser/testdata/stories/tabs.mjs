// Two tabs of one member: one polls, both ring, and the other goes on when it is closed.
import { equal, ok } from '../harness/check.mjs';

const polls = (r) => r.url().endsWith('/v1/me/escalations');

export default async function (stage) {
  const { sandbox } = stage;
  const asha = await stage.person('asha');
  await asha.begin();
  const first = asha.page;
  const counted = new Map([[first, 0]]);
  const count = (page) => { counted.set(page, 0); page.on('request', (r) => { if (polls(r)) counted.set(page, counted.get(page) + 1); }); };
  count(first);
  const second = await asha.context.newPage();
  count(second);
  await second.goto(sandbox.url + '/me');
  await second.getByRole('switch', { name: 'Go offline' }).waitFor();

  const { escalationId } = await sandbox.escalate();
  await first.getByRole('alertdialog').waitFor();
  await second.getByRole('alertdialog').waitFor();
  equal(counted.get(second), 0, 'polls of the second tab');
  ok(counted.get(first) > 0, 'the first tab does not poll');

  // The other hears what one did.
  await second.getByRole('button', { name: 'Accept', exact: true }).click();
  await second.getByRole('button', { name: 'Finish', exact: true }).waitFor();
  await first.getByRole('alertdialog').waitFor({ state: 'hidden' });
  await first.getByRole('button', { name: 'Finish', exact: true }).waitFor();
  await sandbox.end(escalationId);
  await first.getByText('The customer left').waitFor();
  await first.getByRole('button', { name: 'Done', exact: true }).click();
  await first.getByText('No work open.').waitFor();
  await second.getByText('The customer left').waitFor();

  // Whoever is left polls.
  const taken = second.waitForRequest(polls);
  await first.close();
  await taken;
  await sandbox.escalate();
  await second.getByRole('alertdialog').waitFor();
}
