// The ways in: a password that somebody else chose, one that was forgotten, a second factor, and
// where each begins.
import { accessible } from '../harness/axe.mjs';
import { equal, eventually } from '../harness/check.mjs';
import { codeOf } from '../harness/totp.mjs';

const chosen = 'copper-lantern-seventeen-x', forgotten = 'quiet-meadow-forty-one-z';

export default async function (stage) {
  await nobodyYet(stage);
  await forgot(stage);
  await firstPassword(stage);
  const codes = await secondFactor(stage);
  equal(await byCode(stage, codes[0]), '/live', 'where an owner with a team begins');
  await dismiss(stage);
  equal(await byCode(stage, codes[1]), '/me', 'where an owner alone begins');
}

/** Whoever comes for the first time is asked who they are, and nothing is refused for it. */
async function nobodyYet(stage) {
  const asha = await stage.person('asha');
  const asked = [];
  asha.context.on('request', (r) => { if (r.url().includes('/v1/')) asked.push(r.url()); });
  await asha.open('/');
  await asha.button('Sign in').waitFor();
  equal(asked, [], 'what a first visit asks the API');
  await asha.context.close();
}

/** A code from the mail sets another password. */
async function forgot(stage) {
  const asha = await stage.person('asha');
  asha.watch.expect(/\/v1\/password\/reset$/, 422);
  await asha.open('/sign-in');
  await asha.link('Forgotten the password?').click();
  await asha.page.getByLabel('E-mail').fill(asha.email);
  await asha.button('Send the code').click();
  const code = await eventually(async () => {
    const { items } = await stage.sandbox.call('GET', '/sandbox/mails');
    return items.map((m) => /\b\d{6}\b/.exec(m.text ?? '')?.[0]).find(Boolean);
  }, 'a code by mail');
  await asha.page.getByLabel('Code from the mail').fill(code);
  await asha.page.getByLabel('New password', { exact: true }).fill(forgotten);
  await asha.page.getByLabel('New password once more').fill('another');
  await asha.button('Set the password').click();
  await asha.page.locator('.wrong').first().waitFor();
  equal(await asha.page.getByLabel('Code from the mail').inputValue(), code, 'what was typed, after it was refused');
  await asha.page.getByLabel('New password once more').fill(forgotten);
  await asha.button('Set the password').click();
  await asha.text('The password is set. Sign in with it.').waitFor();
  asha.password = forgotten;
  await asha.signIn();
  await asha.context.close();
}

/** A password that an admin chose is changed before anything else. */
async function firstPassword(stage) {
  await stage.sandbox.asOwner('PATCH', '/v1/account', { firstPassword: 'change' });
  const made = await stage.sandbox.member('Devi', 'Nair');
  const devi = await stage.person('devi');
  Object.assign(devi, { email: made.email, password: made.password });
  await devi.open('/me');
  await devi.page.getByLabel('E-mail').fill(devi.email);
  await devi.page.getByLabel('Password', { exact: true }).fill(devi.password);
  await devi.button('Sign in').click();
  await devi.heading('Choose a password of your own').waitFor();
  stage.found.push(...await accessible(devi.page, 'first password'));
  await devi.page.getByLabel('Current password').fill(devi.password);
  await devi.page.getByLabel('New password', { exact: true }).fill(chosen);
  await devi.page.getByLabel('New password once more').fill(chosen);
  await devi.button('Change it').click();
  await devi.goOnlineSwitch.waitFor();
  await devi.context.close();
}

/** An owner of whom a second factor is wanted sets one up where they are. The week of grace is
 * skipped: the first answer says that it is over. */
async function secondFactor(stage) {
  const owner = await stage.person('owner');
  const due = { status: 403, contentType: 'application/problem+json', body: JSON.stringify({ type: '/problems/totp-required', title: '', status: 403, detail: '' }) };
  owner.watch.expect(/\/v1\/live$/, 403);
  await owner.page.route('**/v1/live', (r) => r.fulfill(due), { times: 1 });
  await owner.open('/live');
  await owner.page.getByLabel('E-mail').fill(owner.email);
  await owner.page.getByLabel('Password', { exact: true }).fill(owner.password);
  await owner.button('Sign in').click();
  await owner.heading('Set up a second factor').waitFor();
  stage.found.push(...await accessible(owner.page, 'second factor'));
  await owner.page.getByLabel('Password', { exact: true }).fill(owner.password);
  await owner.button('Go on').click();
  const secret = (await owner.page.locator('.secret code').innerText()).replaceAll(' ', '');
  await owner.page.getByLabel('Code of your authenticator app').fill(codeOf(secret));
  await owner.button('Set it up').click();
  await owner.heading('Recovery codes').waitFor();
  stage.found.push(...await accessible(owner.page, 'recovery codes'));
  const codes = await owner.page.locator('.secret code').allInnerTexts();
  equal(codes.length, 10, 'recovery codes');
  await owner.button('I have kept them').click();
  await owner.heading(/If a customer asks now/).waitFor();
  await owner.context.close();
  return codes;
}

/** A right password is not enough then; a recovery code stands for the app, once. Gives where the
 * owner begins. */
async function byCode(stage, code) {
  const owner = await stage.person('owner');
  owner.watch.expect(/\/v1\/login$/, 401);
  await owner.open('/sign-in');
  await owner.page.getByLabel('E-mail').fill(owner.email);
  await owner.page.getByLabel('Password', { exact: true }).fill(owner.password);
  await owner.button('Sign in').click();
  await owner.page.getByLabel('Code of your authenticator app').fill(code);
  equal(await owner.page.getByLabel('Password', { exact: true }).inputValue(), owner.password, 'what was typed, when the code is asked for');
  await owner.button('Sign in').click();
  await owner.page.getByRole('navigation').waitFor();
  const at = new URL(owner.page.url()).pathname;
  await owner.context.close();
  return at;
}

/** Takes away all but the owner. */
async function dismiss(stage) {
  const { items } = await stage.sandbox.asOwner('GET', '/v1/members');
  for (const m of items) if (m.role !== 'owner') await stage.sandbox.asOwner('DELETE', `/v1/members/${m.id}`);
}
