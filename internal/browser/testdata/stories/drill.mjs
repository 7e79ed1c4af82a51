// A test escalation: who would ring and why not the others, what happens step by step, and every way in
// which it does not ring.
import { equal, eventually, ok } from '../harness/check.mjs';
import { look } from '../harness/look.mjs';
import { devanagari, german, renameDepartments } from '../harness/names.mjs';

const wide = { viewport: { width: 1440, height: 900 } };

export default async function (stage) {
  const owner = await stage.person('owner', wide);
  await owner.signIn();
  await nobody(owner);
  await herself(owner);
  await oneAfterAnother(stage, owner);
  await ofOnesOwn(stage, owner);
  await noTest(stage, owner);
  await sentOnce(stage, owner);
  await tooMany(owner);
}

const ring = (owner) => owner.page.getByRole('button', { name: /^Ring (now|again)$/ });
const steps = (owner) => owner.page.getByRole('region', { name: 'What happens' });
const who = (owner) => owner.page.getByRole('region', { name: 'Who would ring now' });
const choose = (owner, name) => owner.page.getByRole('radio', { name, exact: true }).check();

/** Nobody is online: the page says so before, and the API says why after. */
async function nobody(owner) {
  owner.watch.expect(/\/v1\/drills$/, 409);
  await owner.open('/test');
  await owner.text('Nobody can take a chat now.').waitFor();
  await ring(owner).click();
  await owner.text('It did not ring. Nobody was online.').waitFor();
  await choose(owner, 'One person');
  await owner.page.getByLabel('Member', { exact: true }).selectOption({ label: 'Asha Agent' });
  await who(owner).getByRole('listitem').filter({ hasText: 'Asha' }).getByText('offline').waitFor();
  await eventually(async () => await who(owner).getByRole('listitem').count() === 1, 'one person is listed');
  await ring(owner).click();
  await owner.text('It did not ring. Asha Agent: offline.').waitFor();
  await owner.page.getByLabel('Member', { exact: true }).selectOption('');
  await ring(owner).click(); // it must not ring everybody
  await owner.text('Member must be chosen').waitFor();
  await look(owner, 'test-nobody');
  await choose(owner, 'Everyone');
}

/** The owner takes it on this very page, and finds its steps again afterwards. */
async function herself(owner) {
  const { page } = owner;
  await owner.button('Go online').click();
  await owner.text('A chat now: Olivia can take it.').waitFor();
  await ring(owner).click();
  await owner.ringing.getByText('Test').first().waitFor();
  await steps(owner).getByText('Rang at Olivia').waitFor();
  await owner.accept();
  await page.getByRole('button', { name: 'Finish' }).waitFor();
  await page.goBack();
  await steps(owner).getByText('Olivia took it: it works').waitFor();
  const took = await steps(owner).getByRole('listitem').allInnerTexts();
  ok(/^0\.00 s/.test(took[0]) && /^\d+\.\d\d s\s+Rang at Olivia$/.test(took[1]) && took.some((t) => /^\d+\.\d s\s+Olivia took it$/.test(t)), `steps: ${took.join(' | ')}`);
  await look(owner, 'test-taken');
  await page.reload();
  await owner.text('This page was loaded since').waitFor();
  await steps(owner).getByText(/about \d+ s/).first().waitFor();
  await owner.link('Why them, and why not others').click();
  await page.getByRole('cell', { name: 'got it' }).waitFor();
  await page.getByRole('heading', { name: 'Escalation' }).waitFor();
}

/** For a department: it goes on to the next, and ends with nobody. */
async function oneAfterAnother({ sandbox }, owner) {
  await sandbox.asOwner('PUT', '/v1/me/presence', { status: 'offline' }); // or she is asked when all others have declined
  const departments = await renameDepartments(sandbox);
  const agents = [await sandbox.member(devanagari.firstName, devanagari.lastName), await sandbox.member('Zoë', german)];
  for (const a of agents) await sandbox.online(a);
  await owner.open('/test');
  await choose(owner, 'A department');
  await owner.page.getByLabel('Department', { exact: true }).selectOption({ label: departments[1].name });
  await who(owner).getByText(/A chat now: (?=.*Zoë)(?=.*वेंकट)/).waitFor();
  await ring(owner).click();
  for (let n = 1; n <= 2; n++) {
    const at = await eventually(async () => (await running(sandbox)).find((e) => e.offer?.number === n)?.offer.memberId, `turn ${n}`);
    const agent = agents.find((a) => a.id === at);
    const [{ id }] = await running(sandbox);
    await sandbox.call('POST', `/v1/escalations/${id}/seen`, { offer: n }, agent.token);
    await steps(owner).getByText(/showed it/).nth(n - 1).waitFor();
    if (n === 1) await look(owner, 'test-rings');
    await sandbox.call('POST', `/v1/escalations/${id}/decline`, { reason: 'At lunch' }, agent.token);
  }
  await steps(owner).getByRole('status').getByText('Nobody took it').waitFor();
  await steps(owner).getByText('declined').nth(1).waitFor();
  equal(await steps(owner).getByText('At lunch').count(), 2, 'reasons of those who declined');
}

const running = async (sandbox) => (await sandbox.asOwner('GET', '/v1/escalations?state=ringing&drill=true')).items;

/** What a customer asked for is no test, whatever the address says, and what the address names may be nothing at all. */
async function noTest({ sandbox }, owner) {
  const { escalationId } = await sandbox.escalate();
  owner.watch.expect(/\/v1\/escalations\//, 404);
  for (const [id, words] of [[escalationId, 'This is no test.'], ['../members', 'There is nothing here.']]) {
    await owner.open(`/test?drill=${id}`);
    await steps(owner).getByText(words).waitFor();
    equal(await owner.button('Stop the test').count(), 0, 'buttons that stop it');
  }
}

/** A conversation of one's own: what is wrong with it stands beside it, several at once, and nothing is lost. */
async function ofOnesOwn({ sandbox }, owner) {
  const { page } = owner;
  owner.watch.expect(/\/v1\/drills$/, /^(413|422)$/);
  await page.getByText('A conversation of your own').click();
  await page.getByLabel('Summary', { exact: true }).fill('s'.repeat(1001));
  await page.getByLabel('Asked for a person by').fill('t'.repeat(201));
  await owner.button('Add a message').click();
  await owner.button('Add a message').click();
  await page.getByLabel('Message', { exact: true }).first().fill('My dress does not fit.');
  await page.getByLabel('Message', { exact: true }).nth(1).fill('');
  await ring(owner).click();
  for (const [name, what] of [['Summary', /at most 1000 characters/], ['Asked for a person by', /at most 200 characters/]]) await beside(owner, page.getByLabel(name), what);
  await beside(owner, page.getByLabel('Message', { exact: true }).nth(1), /must not be empty/);
  await look(owner, 'test-wrong');
  const message = page.getByLabel('Message', { exact: true }).first();
  await message.fill('x'.repeat(70_000));
  await ring(owner).click();
  await owner.text('All of it together is too long to be sent.').waitFor();
  equal((await message.inputValue()).length, 70_000, 'what was typed');
  await message.fill('My dress does not fit.');
  await page.getByLabel('Summary', { exact: true }).fill('Wants to return a dress');
  await page.getByLabel('Asked for a person by').fill('A person, please');
  await owner.button('Remove message 2').click();
  await ring(owner).click();
  const [drill] = await eventually(async () => { const all = await running(sandbox); return all.length && all; }, 'it rings');
  const { conversation } = await sandbox.escalation(drill.id);
  equal([conversation.summary, conversation.trigger, conversation.messages], ['Wants to return a dress', 'A person, please', [{ from: 'customer', text: 'My dress does not fit.' }]], 'what the agent reads');
  await owner.button('Stop the test').click();
  await steps(owner).getByRole('button', { name: 'Stop the test' }).waitFor({ state: 'hidden' });
  equal((await running(sandbox)).length, 0, 'what rings after it was stopped');
}

/** What is wrong with a field stands below it, and the field says so. */
async function beside(owner, field, what) {
  await eventually(async () => await field.getAttribute('aria-invalid') === 'true', `${field} is marked`);
  const told = await owner.page.locator(`[id="${await field.getAttribute('aria-describedby')}"]`).innerText();
  ok(what.test(told), `below ${field}: ${told}`);
}

/** An answer that got lost: the same is asked with the same key, and rings once. */
async function sentOnce({ sandbox }, owner) {
  const { page } = owner;
  const keys = [];
  page.on('request', (r) => { if (r.url().endsWith('/v1/drills')) keys.push(r.headers()['idempotency-key']); });
  owner.watch.expect(/\/v1\/drills$/, 'net::ERR_FAILED');
  await page.route('**/v1/drills', async (r) => { await r.fetch(); await r.abort('failed'); }, { times: 1 });
  await ring(owner).click();
  await owner.text('Not sent: no connection. Try again.').waitFor();
  const before = await running(sandbox);
  await ring(owner).click();
  await steps(owner).getByText(/^Rings at/).waitFor();
  const after = await running(sandbox);
  equal([before.length, after.map((e) => e.id), new Set(keys).size], [1, before.map((e) => e.id), 1], 'what rings, and the keys');
  await owner.button('Stop the test').click();
  await steps(owner).getByRole('button', { name: 'Stop the test' }).waitFor({ state: 'hidden' });
}

/** Twenty an hour: the page says so in words, and when there may be another. */
async function tooMany(owner) {
  owner.watch.expect(/\/v1\/drills$/, 429);
  await owner.page.route('**/v1/drills', (r) => r.fulfill({
    status: 429, headers: { 'Content-Type': 'application/problem+json', 'Retry-After': '1200' },
    body: JSON.stringify({ type: '/problems/too-many-drills', title: '', status: 429, detail: 'Each rings a real phone, so there are 20 an hour. Try again in 20 minutes.' }),
  }));
  await ring(owner).click();
  await owner.text(/There are 20 tests an hour.*Try again in 20 minutes/).waitFor();
}
