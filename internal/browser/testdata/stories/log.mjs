// The log and the audit: what is asked for stands in the address, names are long, and every list is
// seen empty, loading and failing.
import { equal, ok } from '../harness/check.mjs';
import { look } from '../harness/look.mjs';
import { devanagari, enquiry, renameDepartments } from '../harness/names.mjs';

const wide = { viewport: { width: 1440, height: 900 } };

export default async function (stage) {
  const { sandbox } = stage;
  const owner = await stage.person('owner', wide);
  await owner.signIn();
  await empty(owner);
  const departments = await renameDepartments(sandbox);
  const agent = await sandbox.member(devanagari.firstName, devanagari.lastName);
  await ended(sandbox, agent, departments);
  await narrowed(owner);
  await one(owner);
  await theirOwn(stage, agent);
}

async function empty(owner) {
  await owner.open('/log');
  await owner.text('No customer has asked for a person yet.').waitFor();
  await look(owner, 'log-empty');
}

/** Four escalations: solved, given back, to be called back, and left while it rang. */
async function ended(sandbox, agent, departments) {
  const { callback } = await sandbox.escalate(enquiry(departments[0].id));
  ok(callback, 'a callback while nobody is online');
  await sandbox.online(agent);
  for (const [outcome, verdict] of [['resolved', 'right'], ['hand_back', 'assistant_should_know']]) {
    const { escalationId } = await sandbox.escalate({ ...enquiry(departments[1].id), channel: outcome === 'resolved' ? 'call' : 'chat', customer: { name: outcome, phone: '+919811111111' } });
    await sandbox.call('POST', `/v1/escalations/${escalationId}/accept`, {}, agent.token);
    await sandbox.call('POST', `/v1/escalations/${escalationId}/complete`, { outcome, verdict }, agent.token);
  }
  const { escalationId } = await sandbox.escalate({ departmentId: departments[2].id, customer: { name: 'Zoë', email: 'zoe@example.com' } });
  await sandbox.end(escalationId);
}

const rows = (owner) => owner.page.getByRole('row').filter({ has: owner.page.getByRole('rowheader') });

async function narrowed(owner) {
  const { page } = owner;
  await owner.open('/log');
  await rows(owner).nth(3).waitFor();
  await look(owner, 'log');
}

async function one(owner) {
  const { page } = owner;
  await rows(owner).filter({ hasText: 'resolved' }).getByRole('link').click();
  await page.getByRole('heading', { name: 'Why them, and why not others' }).waitFor();
  await page.getByRole('columnheader', { name: 'Why, or why not' }).waitFor();
  await look(owner, 'log-one');
}

async function theirOwn(stage, agent) {
}
