// A business that begins: its first steps are done by facts, and nobody is told of them who knows how it goes.
import { equal, eventually, ok } from '../harness/check.mjs';
import { fits } from '../harness/layout.mjs';
import { look } from '../harness/look.mjs';
import { devanagari } from '../harness/names.mjs';
import { Phone } from '../harness/phone.mjs';
import { passwords } from '../harness/sandbox.mjs';

export default async function (stage) {
  await knowsHowItGoes(stage);
  const owner = await signedUp(stage);
  await alone(stage, owner);
  await withATeam(stage, owner);
}

const list = (p) => p.page.getByRole('region', { name: /^First steps/ });
const step = (p, name) => list(p).getByRole('listitem').filter({ hasText: name });
const count = (p, text) => list(p).getByRole('heading', { name: `First steps ${text}` }).waitFor();

/** What was asked for the list. */
function asksFor(p) {
  const asked = [];
  p.context.on('request', (r) => { if (/\/v1\/(departments|members|escalations\?drill)/.test(r.url())) asked.push(new URL(r.url()).pathname); });
  return asked;
}

/** Where a customer was helped nobody needs first steps; one question finds that out. */
async function knowsHowItGoes(stage) {
  const { sandbox } = stage;
  const asha = await sandbox.signIn('asha');
  await sandbox.online(asha);
  const { escalationId } = await sandbox.escalate();
  await sandbox.call('POST', `/v1/escalations/${escalationId}/accept`, {}, asha.token);
  const owner = await stage.person('owner');
  const asked = asksFor(owner);
  const answered = owner.page.waitForResponse(/drill=false/);
  await owner.signIn();
  await answered;
  await owner.page.evaluate(() => new Promise((next) => { requestAnimationFrame(() => requestAnimationFrame(next)); })); // more would be asked at once
  equal(asked.filter((path) => path.startsWith('/v1/')), ['/v1/escalations'], 'what is asked of a business that runs');
  ok(!await list(owner).isVisible(), 'first steps of a business that runs');
  await owner.context.close();
}

/** A business signs up with the platform, and its owner signs in. */
async function signedUp(stage) {
  const person = { firstName: 'Zoë', lastName: 'Müller', email: 'zoe@example.com', password: passwords.member };
  const made = await stage.sandbox.call('POST', '/2015-03-31/functions/provision/invocations', { accountName: 'A new shop', timeZone: 'UTC', owner: { ...person, emailProved: true } });
  ok(made.accountId, JSON.stringify(made));
  const owner = await stage.person('owner');
  Object.assign(owner, person);
  await owner.signIn();
  owner.token = (await stage.sandbox.call('POST', '/v1/login', { email: person.email, password: person.password })).accessToken;
  owner.api = (method, path, body) => stage.sandbox.call(method, path, body, owner.token);
  return owner;
}

/** Somebody alone has three steps in my work, and a phone if they like, and is ready. */
async function alone(stage, owner) {
  const { page } = owner;
  await count(owner, '0 of 4');
  equal(new URL(page.url()).pathname, '/me', 'where an owner alone begins');
  await owner.shot('alone');
  stage.found.push(...await fits(page, 'alone', [320, 1440]));
  await list(owner).getByRole('link', { name: 'Name and time zone' }).click();
  await page.getByLabel('Name of the business').waitFor();
  await page.goBack();
  await count(owner, '0 of 4'); // a click is no fact
  await owner.api('PATCH', '/v1/account', { timeZone: 'Asia/Kolkata' });
  await page.reload();
  await count(owner, '1 of 4');
  const phone = await Phone.of(owner);
  await phone.ring();
  await count(owner, '2 of 4');
  await owner.api('DELETE', `/v1/me/devices/${await phone.id()}`);
  await page.reload();
  await owner.text('This phone gets no pushes any more.').waitFor();
  await count(owner, '1 of 4');
  await owner.goOnline();
  await count(owner, '2 of 4');
  await owner.api('POST', '/v1/drills', { channel: 'chat' });
  await owner.accept();
  await owner.finish();
  await count(owner, '3 of 4');
  await list(owner).getByText('You are ready.').waitFor();
  await owner.goOfflineSwitch.click();
  await owner.goOnlineSwitch.waitFor();
  await count(owner, '3 of 4'); // what was done stays done
  await owner.button('Fold away').click();
  await page.reload();
  await count(owner, '3 of 4');
  equal(await list(owner).getByRole('listitem').count(), 0, 'steps that are folded away');
  await list(owner).getByRole('button', { name: 'Show' }).click();
  await owner.button('Close this list').click();
  await list(owner).waitFor({ state: 'hidden' });
  ok(await owner.heading(/phone$/).evaluate((e) => e === document.activeElement), 'the focus is nowhere once the list is closed');
}

/** With a member there is more to do, above Live, each at its place. */
async function withATeam(stage, owner) {
  const { page } = owner;
  const email = 'first@example.com', initial = 'violet-meadow-sunday-8';
  const { id } = await owner.api('POST', '/v1/members', { ...devanagari, email, password: initial, confirmPassword: initial, role: 'staff', departmentIds: [] });
  await page.reload();
  await owner.goOnlineSwitch.waitFor();
  await page.waitForLoadState('networkidle');
  ok(!await list(owner).isVisible(), 'first steps of a team in my work');
  await owner.open('/live');
  await count(owner, '4 of 10'); // closed was the list of one who is alone
  await look(owner, 'team');
  equal(await list(owner).getByRole('link').evaluateAll((all) => all.map((a) => a.getAttribute('href'))), ['/settings', '/departments', `/team/${id}/hours`, `/team/${id}`, '/assistant', '/assistant#words'], 'where what is left is done');
  await step(owner, 'Departments').getByText('optional').waitFor();

  await owner.api('PUT', `/v1/members/${id}/working-hours`, { timeZone: 'Asia/Kolkata', entries: [{ days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'], start: '00:00', end: '24:00' }], exceptions: [] });
  const { accessToken } = await stage.sandbox.call('POST', '/v1/login', { email, password: initial });
  await owner.open('/live');
  await count(owner, '5 of 10'); // signed in, but the password is not theirs yet
  await stage.sandbox.call('PUT', '/v1/me/password', { currentPassword: initial, password: passwords.member, confirmPassword: passwords.member }, accessToken);
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange'))); // as when somebody comes back
  await count(owner, '6 of 10');
  await owner.api('PUT', '/v1/assistant', { duties: [{ title: 'Refunds' }] });
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await count(owner, '7 of 10');
  await list(owner).getByText('You are ready.').waitFor();
  await owner.button('Close this list').click();
  await list(owner).waitFor({ state: 'hidden' });
  const asked = asksFor(owner);
  await page.reload();
  await eventually(() => owner.heading(/nobody can take it/).isVisible(), 'Live');
  await page.waitForLoadState('networkidle');
  equal(asked, [], 'what is asked for a list that is closed');
}
