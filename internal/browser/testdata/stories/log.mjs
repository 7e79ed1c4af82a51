// The log and the audit: what is asked for stands in the address, and each list is seen empty, loading,
// failing, long, and with long names.
import { equal, eventually, ok } from '../harness/check.mjs';
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
  await unread(owner);
  await long(sandbox, owner);
  await theirOwn(stage, agent);
  await audited(stage, owner, agent, departments);
}

/** The rows below the head of a table. */
const rows = (person) => person.page.getByRole('row').filter({ has: person.page.getByRole('rowheader') });
const shows = (person, n) => eventually(async () => await rows(person).count() === n, `${n} rows`);
const label = (person, name) => person.page.getByLabel(name, { exact: true });

async function empty(owner) {
  let answer;
  const seen = new Promise((next) => { answer = next; });
  await owner.page.route('**/v1/escalations?*', async (r) => { await seen; await r.continue(); }, { times: 1 });
  await owner.open('/log');
  await owner.main.locator('.waiting').waitFor();
  answer();
  await owner.text('No customer has asked for a person yet.').waitFor();
  await owner.link('Try it with a test escalation').waitFor();
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

/** Each filter narrows; a new load and back keep them; what is wrong is said, and Clear gives all. */
async function narrowed(owner) {
  const { page } = owner;
  await owner.open('/log');
  await shows(owner, 4);
  await look(owner, 'log');
  const today = await page.evaluate(() => { const d = new Date(); return [d.getFullYear(), d.getMonth() + 1, d.getDate()].map((n) => String(n).padStart(2, '0')).join('-'); });
  for (const [name, choice, n] of [
    ['State', 'Finished', 2], ['State', 'Not over', 0], ['State', 'Left while it rang', 1], ['Outcome', 'Solved', 1], ['Channel', 'Call', 1],
    ['Right to hand over?', 'No, the assistant should know this', 1], ['Tests', 'Tests only', 0], ['Department', 'قسم ملابس الأطفال والألعاب', 1],
    ['Member', `${devanagari.firstName} ${devanagari.lastName}`, 2],
  ]) {
    await label(owner, name).selectOption({ label: choice });
    await shows(owner, n);
    await owner.button('Clear the filters').click();
    await shows(owner, 4);
  }
  await label(owner, 'From').fill(today);
  await label(owner, 'To, that day too').fill(today);
  await label(owner, 'Customer’s phone or e-mail').fill('zoe@example.com');
  await page.keyboard.press('Enter');
  await shows(owner, 1);
  ok(page.url().includes(`from=${today}`) && page.url().includes('customer=zoe'), `the address: ${page.url()}`);
  await page.reload();
  await shows(owner, 1);
  await owner.link('Zoë').click();
  await page.getByRole('heading', { name: 'Escalation' }).waitFor();
  await page.goBack();
  await shows(owner, 1);
  equal(await label(owner, 'Customer’s phone or e-mail').inputValue(), 'zoe@example.com', 'the customer after coming back');
  await label(owner, 'From').fill('2031-01-01');
  await owner.text('None here. Other filters may have some.').waitFor();
  owner.watch.expect(/\/v1\/escalations\?/, 422);
  await label(owner, 'Customer’s phone or e-mail').fill('nobody at all');
  await page.keyboard.press('Enter');
  await page.locator('.about .wrong', { hasText: /^Customer’s phone or e-mail must be/ }).waitFor();
  await owner.open('/log?state=nonsense&channel=fax&customer=zoe@example.com&from=9999-99-99'); // each fault beside its own filter
  await page.locator('.about .wrong').nth(1).waitFor();
  equal((await page.locator('.wrong').allInnerTexts()).map((t) => t.split(' ').slice(0, 4).join(' ')), ['State must be one', 'Channel must be one', 'Nothing can be found'], 'faults of an address');
  equal([await label(owner, 'State').getAttribute('aria-invalid'), await label(owner, 'Customer’s phone or e-mail').getAttribute('aria-invalid')], ['true', 'false'], 'what is marked');
  await owner.link('Escalations').click(); // the way here is the way to all
  await shows(owner, 4);
}

/** One of them, found by the keyboard: what was said, what happened, and why them. */
async function one(owner) {
  const { page } = owner;
  await rows(owner).first().getByRole('link').focus();
  for (const key of ['j', 'j', 'k', 'j', 'Enter']) await page.keyboard.press(key);
  await page.getByRole('heading', { name: 'resolved' }).first().waitFor();
  await page.getByRole('columnheader', { name: 'Why, or why not' }).waitFor();
  await owner.text(`${devanagari.firstName} finished it: solved`).first().waitFor();
  await owner.text('Can I talk to a person?').first().waitFor();
  await look(owner, 'log-one');
  await page.getByRole('link', { name: 'Back', exact: true }).click();
  await shows(owner, 4);
}

/** The API is away: what was read stays; where nothing was read, it says so and tries again. */
async function unread(owner) {
  const { page } = owner;
  for (const [answer, words] of [[{ status: 200, body: '{"items":' }, 'No connection. Trying again.'], [{ status: 503, body: 'Service Unavailable' }, 'The server is busy. Trying again.']]) {
    owner.watch.expect(/\/v1\/audit\?/, answer.status);
    await page.route('**/v1/audit?*', (r) => r.fulfill(answer)); // a line that broke off, and what a gateway says
    await owner.open('/audit');
    await page.getByRole('alert').filter({ hasText: words }).waitFor();
    await page.unroute('**/v1/audit?*');
  }
  owner.watch.expect(/\/v1\/(escalations|audit)\?/, 503);
  const away = (r) => r.fulfill({ status: 503, headers: { 'Content-Type': 'application/problem+json' }, body: JSON.stringify({ type: '/problems/unavailable', title: '', status: 503, detail: 'The service is busy.' }) });
  for (const [path, list, heading] of [['/log', '**/v1/escalations?*', 'Escalations'], ['/audit', '**/v1/audit?*', 'Audit']]) {
    await page.route(list, away);
    await owner.open(path);
    await page.getByRole('alert').filter({ hasText: 'The service is busy.' }).waitFor();
    await page.unroute(list);
    await owner.button('Try again').click();
    await owner.heading(heading).waitFor();
    await page.getByRole('alert').filter({ hasText: 'The service is busy.' }).waitFor({ state: 'hidden' });
  }
}

/** More than a page: what comes meanwhile moves nothing out of the list. */
async function long(sandbox, owner) {
  for (let n = 0; n < 50; n++) {
    const { escalationId } = await sandbox.escalate({ customer: { name: `Customer ${n}` } });
    await sandbox.end(escalationId);
  }
  await owner.open('/log');
  await shows(owner, 50);
  await owner.button('Show more').click();
  await shows(owner, 54);
  const { escalationId } = await sandbox.escalate({ customer: { name: 'The latest' } });
  await sandbox.end(escalationId);
  await owner.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await owner.link('The latest').waitFor();
  await shows(owner, 55);
  equal(await owner.button('Show more').count(), 0, 'more to show');
}

/** Staff see their own, and no names to choose from; receipts and the audit are not theirs. */
async function theirOwn(stage, agent) {
  const staff = await stage.person('staff');
  Object.assign(staff, { email: agent.email, password: agent.password });
  await staff.signIn();
  await staff.open('/log?outcome=hand_back');
  await shows(staff, 1);
  await staff.text('Yours: what you took, passed on, missed or declined.').waitFor();
  await staff.text('More filters: 1 set').waitFor();
  equal([await label(staff, 'Member').count(), await label(staff, 'Outcome').inputValue()], [0, 'hand_back'], 'filters of staff');
  await look(staff, 'log-staff');
  await staff.link('hand_back').click();
  await staff.text('No, the assistant should know this').first().waitFor();
  equal(await staff.text('Why them, and why not others').count(), 0, 'receipts for staff');
  await staff.open('/audit');
  await staff.heading('There is no such page').waitFor();
  await staff.context.close();
}

/** What was changed is told in sentences, with names and from what to what. */
async function audited({ sandbox }, owner, agent, departments) {
  const { page } = owner;
  const at = `/v1/members/${agent.id}`;
  await sandbox.asOwner('PATCH', '/v1/account', { ringSeconds: 40, holidays: ['2026-12-25'], activeMinutes: { call: 90 } });
  await sandbox.asOwner('PATCH', at, { role: 'admin', departmentIds: [departments[0].id], capacity: { calls: 1, chats: 5 } });
  await sandbox.asOwner('PUT', `${at}/working-hours`, { timeZone: 'Asia/Kolkata', entries: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], start: '00:00', end: '24:00' }], exceptions: [{ date: '2027-01-01', entries: [] }] });
  await sandbox.asOwner('PUT', `${at}/presence`, { status: 'offline' });
  const { id } = await sandbox.asOwner('POST', '/v1/departments', { name: 'Shoes' });
  await sandbox.asOwner('DELETE', `/v1/departments/${id}`);
  await sandbox.call('PATCH', '/v1/me', { language: 'hi' }, agent.token);
  for (let n = 0; n < 2; n++) await fetch(`${sandbox.url}/v1/login`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email: 'owner@example.com', password: 'Wrong-Otters-14' }) });
  const who = devanagari.firstName;
  await owner.open('/audit');
  for (const sentence of [
    'Olivia changed the settings', 'Rings for: from 120 seconds to 40 seconds', 'Holidays: from none to 25 Dec 2026', /Work ends by itself after: from calls 120 minutes and chats [\d,]+ minutes to calls 90 minutes/,
    `Olivia changed ${who}`, 'Role: from Staff to Admin', /^Departments: from .* to Donau/, `Olivia changed the working hours of ${who}`, 'Working hours: from always available to Mon–Sun 00:00–24:00 · 1 Jan 2027 off · Asia/Kolkata',
    `Olivia took ${who} offline`, 'Olivia added the department Shoes', 'Olivia removed the department Shoes', `${who} changed their own profile`, 'Language: from not chosen to Hindi', /^Olivia added .* to the team$/, /^Olivia renamed the department Gents: it is Donau/,
    /^Olivia.* signed in from 127\.0\.0\.0\/24$/, 'A wrong password or second factor for Olivia, from 127.0.0.0/24', '2 times in all within the hour',
  ]) await owner.text(sentence).first().waitFor();
  const tried = page.locator('.changes > li', { hasText: 'A wrong password or second factor for Olivia' });
  ok(/^\d\d:30.{1,3}\d\d:30$/.test(await tried.getByRole('time').innerText()), 'what is counted by the hour stands at the hour, by the clock of Kolkata');
  await look(owner, 'audit');
  await label(owner, 'What').selectOption({ label: 'Departments: all' });
  await owner.text('Olivia changed the settings').first().waitFor({ state: 'hidden' });
  await eventually(async () => await page.locator('.changes > li').count() === 8, '8 changes of departments');
  await label(owner, 'Member').selectOption({ label: `${devanagari.firstName} ${devanagari.lastName}` });
  await owner.text('None here. Other filters may have some.').waitFor();
  await page.reload();
  await owner.text('None here. Other filters may have some.').waitFor();
}
