// Settings: one's own, and those of the business.
import { focusIsSeen } from '../harness/axe.mjs';
import { equal, eventually, ok } from '../harness/check.mjs';
import { fits, largeText } from '../harness/layout.mjs';
import { look } from '../harness/look.mjs';
import { devanagari } from '../harness/names.mjs';
import { codeOf } from '../harness/totp.mjs';

const chosen = 'copper-lantern-seventeen-x';

export default async function (stage) {
  const { sandbox } = stage;
  const made = await sandbox.member(devanagari.firstName, devanagari.lastName, { email: 'a.rather.long.name.of.somebody.in.the.team@correspondence.example.com' });
  await sandbox.online({ token: made.token }, 'phone-of-hers');
  const her = await stage.person('member');
  Object.assign(her, { email: made.email, password: made.password });
  await her.signIn();
  await her.open('/settings');
  await her.heading('Where I am signed in').waitFor();
  await her.text('Android phone').first().waitFor();
  ok(!await her.button('Business').isVisible(), 'staff sees the settings of the business');
  await look(her, 'you');
  await names(stage, her, made);
  await email(stage, her);
  await devices(her);
  await sessions(sandbox, her);
  await password(sandbox, her);
  await secondFactor(stage, her);
  await languages(stage, her);
  await her.context.close();

  const owner = await stage.person('owner');
  await owner.signIn();
  await owner.open('/settings#business');
  await business(stage, owner);
  await handOver(stage, owner);
  await sandbox.asOwner('PATCH', '/v1/account', { language: 'de-AT' });
  await owner.open('/live');
  await owner.heading(/^Fragt jetzt ein Kunde an:/).waitFor();
  stage.found.push(...await fits(owner.page, 'live in German', [320, 390, 1440]));
}

const group = (p, name) => p.page.getByRole('region', { name, exact: true });
const alerts = async (within) => (await within.locator('.about .wrong').allInnerTexts()).map((t) => t.trim());

/** The code in the newest mail to somebody. */
const codeTo = (sandbox, to) => eventually(async () => {
  const { items } = await sandbox.call('GET', '/sandbox/mails');
  return items.filter((m) => m.to === to).map((m) => /\b\d{6}\b/.exec(m.text ?? '')?.[0]).find(Boolean);
}, `a code to ${to}`);

/** Two faults at once stand beside their fields, and what another saved meanwhile beside one's own. */
async function names({ sandbox }, her, { id }) {
  her.watch.expect(/\/v1\/me$/, 422);
  her.watch.expect(/\/v1\/me$/, 412);
  const form = group(her, 'Name and language');
  await form.getByLabel('First name').fill(' ');
  await form.getByLabel('Last name').fill('');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.locator('.wrong').nth(1).waitFor();
  ok((await alerts(form)).every((t) => /^(First|Last) name /.test(t)), 'each fault names its field');
  await sandbox.asOwner('PATCH', `/v1/members/${id}`, { lastName: 'Rao' });
  await form.getByLabel('First name').fill('Devi');
  await form.getByLabel('Last name').fill('Nair');
  await form.getByLabel('Language').selectOption('en-IN');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('heading', { name: 'Somebody else changed it meanwhile' }).waitFor();
  const row = form.getByRole('row').filter({ hasText: 'Last name' });
  equal(await row.getByRole('cell').allInnerTexts(), ['Rao', 'Nair'], 'theirs and mine');
  await her.link('My work').click(); // what was typed is still there afterwards
  await her.page.goBack();
  equal([await form.getByLabel('First name').inputValue(), await form.getByLabel('Language').inputValue()], ['Devi', 'en-IN'], 'what was typed, after another screen');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('button', { name: 'Save mine' }).click();
  await form.getByText('Saved.').waitFor();
  await her.page.locator('nav .who').filter({ hasText: 'Devi' }).waitFor({ state: 'attached' });
  await sandbox.asOwner('PATCH', `/v1/members/${id}`, { lastName: 'Menon' });
  await form.getByLabel('First name').fill('Dev');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('button', { name: 'Save mine' }).waitFor();
  await form.getByRole('button', { name: 'Discard what I typed' }).click();
  equal([await form.getByLabel('First name').inputValue(), await form.getByLabel('Last name').inputValue()], ['Devi', 'Menon'], 'what is shown once mine is discarded');
}

/** Without mail the page says who can help; with it a code to the new address proves it. */
async function email({ sandbox }, her) {
  her.watch.expect(/\/v1\/me\/email/, /^(409|422)$/);
  const card = group(her, 'E-mail');
  await card.getByRole('button', { name: 'Change or prove it' }).click();
  await card.getByLabel('New e-mail').fill('devi@example.com');
  await card.getByLabel('Current password').fill('something else');
  await card.getByRole('button', { name: 'Send a code there' }).click();
  await card.locator('.about .wrong').waitFor();
  await card.getByLabel('Current password').fill(her.password);
  const none = { type: '/problems/no-mail', title: '', status: 409, detail: 'This deployment sends no mail. An admin can change the e-mail.' };
  await her.page.route('**/v1/me/email', (r) => r.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify(none) }), { times: 1 });
  await card.getByRole('button', { name: 'Send a code there' }).click();
  await card.getByText(none.detail).waitFor();
  await card.getByRole('button', { name: 'Send a code there' }).click();
  await card.getByLabel('Code from the mail').fill('000000');
  await card.getByRole('button', { name: 'Sign in by it from now on' }).click();
  await card.locator('.wrong').waitFor();
  await card.getByLabel('Code from the mail').fill(await codeTo(sandbox, 'devi@example.com'));
  await card.getByRole('button', { name: 'Sign in by it from now on' }).click();
  await card.getByText('Done. From now on you sign in by devi@example.com.').waitFor();
  her.email = 'devi@example.com';
}

/** A phone gets a test push, and is removed once it is said what comes of it. */
async function devices(her) {
  const card = group(her, 'My phones and pages');
  await card.getByText('An open page', { exact: true }).waitFor();
  await card.getByRole('button', { name: /^Send a test push to/ }).click();
  await card.getByText(/Sent at/).waitFor();
  await card.getByRole('button', { name: /^Remove/ }).click();
  await her.page.getByRole('dialog').getByText(/It is the only phone that works/).waitFor();
  await her.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await card.getByText(/is removed\.$/).waitFor();
  await card.getByRole('button', { name: /^Remove/ }).waitFor({ state: 'hidden' });
}

const signedIn = (sandbox, { email, password }, deviceName) => sandbox.call('POST', '/v1/login', { email, password, deviceName });

/** One session ends, then all but the own. */
async function sessions(sandbox, her) {
  for (const name of ['An old phone', 'A tablet', 'A work computer']) await signedIn(sandbox, her, name);
  her.watch.expect(/\/v1\/me\/sessions$/, 403);
  const refused = { type: '/problems/forbidden', title: '', status: 403, detail: 'Not now.' };
  await her.page.route('**/v1/me/sessions', (r) => r.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(refused) }), { times: 1 });
  await her.page.reload();
  const card = group(her, 'Where I am signed in');
  await card.getByText('Not now.').waitFor();
  await card.getByRole('button', { name: 'Try again' }).click();
  await card.getByRole('button', { name: 'Sign out there: An old phone' }).click();
  await her.page.getByRole('dialog').getByRole('button', { name: 'Sign out there' }).click();
  await card.getByText('Signed out there.').waitFor();
  await card.getByText('An old phone').waitFor({ state: 'hidden' });
  await card.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await her.page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere else' }).click();
  await card.getByText('You are signed in here alone now.').waitFor();
  await eventually(async () => await card.getByRole('listitem').count() === 1, 'one session');
}

/** Another password ends all other sessions, and this one goes on. */
async function password(sandbox, her) {
  her.watch.expect(/\/v1\/me\/password$/, 422);
  her.watch.expect(/\/v1\/me\/escalations$/, 401); // the poller hears of the new session by it
  const other = await signedIn(sandbox, her, 'A phone');
  const card = group(her, 'Password');
  await card.getByRole('button', { name: 'Change the password' }).click();
  await card.getByLabel('Current password').fill(her.password);
  await card.getByLabel('New password', { exact: true }).fill('short');
  await card.getByLabel('New password once more').fill('another');
  await card.getByRole('button', { name: 'Change it' }).click();
  await card.locator('.about .wrong').first().waitFor();
  await card.getByLabel('New password', { exact: true }).fill(chosen);
  await card.getByLabel('New password once more').fill(chosen);
  await card.getByRole('button', { name: 'Change it' }).click();
  await card.getByText('The password is changed.').waitFor();
  equal(await card.locator('input').count(), 0, 'fields with passwords afterwards');
  equal((await sandbox.ask('GET', '/v1/me', undefined, other.accessToken)).status, 401, 'the other session');
  her.password = chosen;
}

/** An authenticator app is set up, its recovery codes shown once, and it is turned off again. */
async function secondFactor({ found }, her) {
  const card = group(her, 'Second factor');
  await card.getByRole('button', { name: 'Set it up' }).click();
  await card.getByLabel('Password', { exact: true }).fill(her.password);
  await card.getByRole('button', { name: 'Go on' }).click();
  const secret = (await card.locator('.secret code').innerText()).replaceAll(' ', '');
  ok((await card.getByRole('link', { name: /authenticator app/ }).getAttribute('href')).startsWith('otpauth://totp/'), 'no link for the app');
  await card.getByLabel('Code of your authenticator app').fill(codeOf(secret));
  await card.getByRole('button', { name: 'Set it up' }).last().click();
  const codes = group(her, 'Recovery codes');
  await codes.waitFor();
  const [code] = await codes.locator('.secret code').allInnerTexts();
  await codes.getByRole('button', { name: 'I have kept them' }).click();
  await card.getByText('It is on.').waitFor();
  if ((await her.page.content()).includes(code)) found.push('recovery codes are there after they were kept');
  await card.getByRole('button', { name: 'Turn it off' }).click();
  await card.getByLabel('Current password').fill(her.password);
  await card.getByLabel('Code of the app, or a recovery code').fill(code);
  await card.getByRole('button', { name: 'Turn it off' }).last().click();
  await card.getByText('It is off.').waitFor();
}

/** Other words are shown at once, and fit. Where they cannot be loaded they are English, until they can. */
async function languages({ found }, her) {
  const { page } = her;
  const language = () => page.evaluate(() => document.documentElement.lang);
  const choose = async (label, tag, save) => {
    await page.getByLabel(label, { exact: true }).selectOption(tag);
    await her.button(save).click();
  };
  await choose('Language', 'de', 'Save');
  await her.heading('Einstellungen').waitFor();
  await her.text('Gespeichert.').waitFor();
  equal(await language(), 'de', 'the language of the document');
  found.push(...await fits(page, 'settings in German', [320, 390, 1440]));
  await her.link('Meine Arbeit').click();
  await page.getByRole('switch', { name: 'Online gehen' }).waitFor();
  found.push(...await fits(page, 'my work in German', [320, 390, 1440]));
  await her.shot('my-work-german');
  await page.goBack();
  her.watch.expect(/\/assets\/hi-/, 'net::ERR_FAILED');
  await page.route('**/assets/hi-*', (r) => r.abort('failed'));
  await choose('Sprache', 'hi-IN', 'Speichern');
  await her.heading('Settings').waitFor();
  equal(await language(), 'en', 'the language where Hindi could not be loaded');
  await page.unroute('**/assets/hi-*');
  await page.reload();
  await her.heading('सेटिंग').waitFor();
  equal(await language(), 'hi', 'the language of the document');
}

/** Every setting of the business, two of them wrong at once, and two people at the same. */
async function business(stage, owner) {
  const { sandbox } = stage;
  owner.watch.expect(/\/v1\/account$/, /^(412|422)$/);
  const { page } = owner;
  await page.getByLabel('Name of the business').waitFor();
  await page.getByText(/Clocks go by release 20\d\d[a-z] of the tz database/).waitFor();
  await look(owner, 'business');
  await page.getByLabel('A phone rings for (seconds)').fill('5');
  ok(await owner.button('Save').evaluate((e) => e.getBoundingClientRect().bottom <= innerHeight), 'Save is out of sight once there is something to save');
  stage.found.push(...await focusIsSeen(page, 'business, unsaved'));
  await page.getByLabel('A call ends by itself after (minutes)').fill('');
  await page.getByRole('group', { name: 'Holidays' }).getByRole('button', { name: 'Add' }).click();
  await owner.button('Save').click();
  await page.locator('.about .wrong').nth(2).waitFor();
  equal((await alerts(page)).map((t) => t.split(' ').slice(0, 2).join(' ')), ['A phone', 'A call', 'Date of'], 'faults beside their fields');
  ok(await page.getByLabel('A phone rings for (seconds)').evaluate((e) => e === document.activeElement), 'the first fault has no focus');
  await page.getByLabel('Date of holiday 1').fill('2026-12-25');
  await page.getByLabel('A phone rings for (seconds)').fill('45');
  await page.getByLabel('A call ends by itself after (minutes)').fill('90');
  await page.getByLabel('Your shift is over').uncheck();
  await sandbox.asOwner('PATCH', '/v1/account', { ringSeconds: 60, maxOffers: 7 });
  await owner.button('Save').click();
  await owner.heading('Somebody else changed it meanwhile').waitFor();
  const row = page.getByRole('row').filter({ hasText: 'A phone rings for' });
  equal(await row.getByRole('cell').allInnerTexts(), ['60', '45'], 'theirs and mine');
  equal(await page.getByRole('row').filter({ hasText: 'People who are asked' }).count(), 0, 'what only they changed');
  await owner.shot('business-conflict');
  stage.found.push(...await fits(page, 'business-conflict', [320, 1440]), ...await largeText(page, () => fits(page, 'business-conflict with large text', [390])));
  await owner.button('Save mine').click();
  await owner.text('Saved.').waitFor();
  ok(await owner.text('Saved.').evaluate((e) => e.getBoundingClientRect().bottom <= innerHeight), 'that it is saved is said out of sight');
  const now = await sandbox.asOwner('GET', '/v1/account');
  equal([now.ringSeconds, now.maxOffers, now.activeMinutes, now.nudges.shiftOver, now.holidays], [45, 7, { call: 90, chat: 1440 }, false, ['2026-12-25']], 'what is stored');
}

/** The owner hands the business over, and is an admin from then on. */
async function handOver({ sandbox }, owner) {
  await sandbox.asOwner('PATCH', '/v1/members/mem_chitrachitra', { role: 'admin' });
  await owner.button('You').click();
  const card = group(owner, 'Hand the business over');
  await card.getByRole('button', { name: 'Hand it over' }).click();
  await card.getByLabel('New owner').selectOption('mem_chitrachitra');
  await card.getByLabel('Current password').fill(owner.password);
  await card.getByRole('button', { name: 'Go on' }).click();
  await card.getByLabel('Code from the mail').fill(await codeTo(sandbox, owner.email));
  await card.getByRole('button', { name: /^Make Chitra/ }).click();
  await owner.text(/is the owner now, and you are an admin\.$/).waitFor();
  await card.waitFor({ state: 'hidden' });
  equal((await sandbox.asOwner('GET', '/v1/me')).role, 'admin', 'the role');
}
