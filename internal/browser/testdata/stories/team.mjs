// The team and its departments: added, changed while somebody else does, and removed with open work.
import { createHmac } from 'node:crypto';
import { equal, eventually, ok } from '../harness/check.mjs';
import { look } from '../harness/look.mjs';
import { devanagari, enquiry, german, renameDepartments } from '../harness/names.mjs';
import { passwords } from '../harness/sandbox.mjs';

export default async function (stage) {
  const { sandbox } = stage;
  const departments = await renameDepartments(sandbox);
  const owner = await stage.person('owner');
  owner.watch.expect(/\/v1\/members/, /^(409|412|422|503)$/);
  owner.watch.expect(/\/v1\/members/, /ERR_FAILED/);
  owner.watch.expect(/\/v1\/departments/, /^(409|412)$/);
  await owner.signIn();
  await addsAMember(owner);
  const member = await whoIs(sandbox, 'q=dana');
  equal(member.departmentIds, [departments[0].id], 'where she is put');
  await editsMeanwhile(owner, member);
  await comesIn(owner, member);
  await renamesMeanwhile(owner, departments[1]);
  await listOfAll(owner);
  await severalAtOnce(owner);
  await deletesDepartment(owner, departments[0]);
  await deletesWithWork(owner);
  await noDepartments(owner);
  await notForStaff(stage);
}

const whoIs = async (sandbox, query) => (await sandbox.asOwner('GET', `/v1/members?${query}`)).items[0];

/** A form says all that is wrong at once, and an answer that is lost makes nobody twice. */
async function addsAMember(owner) {
  const { page, stage: { sandbox } } = owner;
  await owner.open('/team/new');
  await page.getByRole('checkbox', { name: german }).waitFor();
  await owner.button('Add member').click();
  await page.getByText('Departments must name at least one department').waitFor();
  for (const label of ['First name', 'Last name', 'E-mail', 'Password', 'Confirm password']) ok(await page.getByText(`${label} must not be empty`, { exact: true }).isVisible(), `nothing is said of ${label}`);
  await look(owner, 'new-wrong');
  await page.getByLabel('First name').fill('Dana');
  await page.getByLabel('Last name').fill('Da Silva');
  await page.getByLabel('E-mail').fill('asha@example.com');
  await page.getByRole('checkbox', { name: german }).check();
  await owner.button('Make a password').click();
  await owner.button('Add member').click();
  await page.getByText('E-mail is taken').waitFor();
  await page.getByLabel('E-mail').fill('dana@example.com');
  await page.route('**/v1/members', async (r) => { await r.fetch(); await r.abort(); }, { times: 1 });
  await owner.button('Add member').click();
  await owner.text('Not sent').waitFor();
  await owner.button('Make another').click(); // what is shown must be what signs in
  await owner.button('Add member').click();
  await owner.heading('Dana Da Silva is in the team').waitFor();
  const password = await page.locator('.slip dd').last().textContent();
  await sandbox.call('POST', '/v1/login', { email: 'dana@example.com', password });
  equal((await sandbox.asOwner('GET', '/v1/members?q=dana')).items.length, 1, 'how many were made');
  await owner.link('To the team').click();
  await owner.link('Dana Da Silva').waitFor();
  ok(!(await page.content()).includes(password), 'the password is still there');
}

/** Two change her at once: neither overwrites the other unseen. */
async function editsMeanwhile(owner, { id }) {
  const { page, stage: { sandbox } } = owner;
  await owner.link('Dana Da Silva').click();
  const last = page.getByLabel('Last name');
  await last.fill('');
  await page.getByLabel('Chats at a time').fill('99');
  await owner.button('Save').click();
  await page.getByText('Last name must not be empty').waitFor();
  ok(await page.getByText(/Chats at a time must/).isVisible(), 'nothing is said of chats');
  await last.fill('Dias');
  await page.getByLabel('Chats at a time').fill('5');
  await sandbox.asOwner('PATCH', `/v1/members/${id}`, { lastName: 'Deshpande' });
  await owner.button('Save').click();
  await owner.heading('Somebody else changed it meanwhile').waitFor();
  ok(await page.getByRole('cell', { name: 'Deshpande' }).isVisible() && await page.getByRole('cell', { name: 'Dias' }).isVisible(), 'not both versions');
  await look(owner, 'member-conflict');
  await owner.button('Save mine').click();
  await owner.text('Saved.').waitFor();
  const now = await sandbox.asOwner('GET', `/v1/members/${id}`);
  equal([now.lastName, now.capacity], ['Dias', { calls: 1, chats: 5 }], 'what is stored');
}

/** How she comes in: each is done after a word, and said to be done. */
async function comesIn(owner, { id }) {
  const { page, stage: { sandbox } } = owner;
  await sandbox.asOwner('PUT', `/v1/members/${id}/password`, { password: passwords.member, confirmPassword: passwords.member });
  // No session of the second in which a password was set or all were signed out lasts: people are slower than that.
  const signIn = async () => {
    const second = () => Math.floor(Date.now() / 1000);
    const now = second();
    await eventually(() => second() > now, 'the second is over');
    return sandbox.call('POST', '/v1/login', { email: 'dana@example.com', password: passwords.member });
  };
  const { accessToken: token } = await signIn();
  const { secret } = await sandbox.call('POST', '/v1/me/totp', { currentPassword: passwords.member }, token);
  await sandbox.call('POST', '/v1/me/totp/confirm', { otp: otp(secret) }, token);
  await sandbox.online({ token });
  await page.reload();
  for (const [does, said] of [['Take offline', 'Dana is offline.'], ['Sign out everywhere', 'Dana is signed out everywhere.'], ['Take the second factor off', 'Dana signs in by the password alone.']]) {
    await owner.button(does).click();
    await page.getByRole('dialog').getByRole('button', { name: does }).click();
    await owner.text(said).waitFor();
  }
  equal((await sandbox.ask('GET', '/v1/me', undefined, token)).status, 401, 'her token of before');
  equal((await signIn()).member.availability.status, 'offline', 'her presence');
}

/** The code of an authenticator app (RFC 6238). */
function otp(secret) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const moment = Buffer.alloc(8);
  moment.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const hash = createHmac('sha1', key).update(moment).digest();
  return String((hash.readUInt32BE(hash[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Another department's name is no reason to ask, and this one's is. */
async function renamesMeanwhile(owner, { id, name }) {
  const { page, stage: { sandbox } } = owner;
  await owner.open('/departments');
  const field = page.getByLabel('New department');
  await field.fill(german.toUpperCase());
  await owner.button('Add department').click();
  await owner.text('New department is taken').waitFor();
  await field.fill('Returns');
  await owner.button('Add department').click();
  await owner.button('Rename Returns').waitFor();
  await owner.button(`Rename ${name}`).click();
  await page.getByLabel('Name', { exact: true }).fill('Children');
  await sandbox.asOwner('PATCH', `/v1/departments/${id}`, { name: 'Toys' });
  await owner.button('Save').click();
  await page.getByRole('cell', { name: 'Toys' }).waitFor();
  await owner.button('Save mine').click();
  await owner.button('Rename Children').waitFor();
}

/** The list finds by name, and says why there is nothing. */
async function listOfAll(owner) {
  const { page } = owner;
  await owner.link('Live').click();
  let answer;
  const held = new Promise((go) => { answer = go; });
  await page.route('**/v1/members?*', async (r) => { await held; await r.abort(); }); // of the first steps on Live, too
  await page.goto(`${owner.stage.sandbox.url}/team`);
  await owner.text('One moment').waitFor();
  answer();
  await owner.text('No connection. Trying again.').waitFor();
  await page.unroute('**/v1/members?*');
  await owner.link('Dana Dias').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('bilal');
  await eventually(async () => await page.locator('.members > li').count() === 1, 'the search');
  await page.getByRole('searchbox').fill('nobody at all');
  await owner.text('Nobody here.').waitFor();
  await page.getByRole('searchbox').fill('');
  await owner.link('Dana Dias').waitFor();
}

/** One thing for several, with a word before. What is refused for one is done for the others. */
async function severalAtOnce(owner) {
  const { page, stage: { sandbox } } = owner;
  await sandbox.member(devanagari.firstName, devanagari.lastName);
  for (const name of ['Dana Dias', 'Olivia Owner']) await page.getByRole('checkbox', { name: `Choose ${name}` }).check();
  await look(owner, 'list-chosen');
  await owner.button('Add to a department').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Department').selectOption({ label: 'Returns' });
  await dialog.getByRole('button', { name: 'Add to a department' }).click();
  await owner.text('Done for 2 members.').waitFor();
  const dana = await whoIs(sandbox, 'q=dana');
  equal(dana.departmentNames.sort(), [german, 'Returns'].sort(), 'her departments');
  for (const name of ['Dana Dias', 'Olivia Owner']) await page.getByRole('checkbox', { name: `Choose ${name}` }).check();
  await owner.button('Delete').click();
  await dialog.getByText('There is no open work of theirs.').waitFor();
  await page.route('**/v1/members/*', (r) => (r.request().method() === 'DELETE' ? r.fulfill({ status: 503, headers: { 'Retry-After': '1' }, contentType: 'application/problem+json', body: '{"status":503}' }) : r.continue()), { times: 1 });
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await dialog.getByText(/owner stays/).waitFor();
  await eventually(async () => !await whoIs(sandbox, 'q=dana'), 'she is removed');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await owner.text('Done for 1 member.').waitFor();
  ok(await page.getByRole('checkbox', { name: 'Choose Olivia Owner' }).isChecked(), 'who is left is chosen no more');
}

/** What becomes of members, of what rings and of callbacks is said before a department goes. */
async function deletesDepartment(owner, { id, name }) {
  const { page, stage: { sandbox } } = owner;
  const nina = await sandbox.member('Nina', 'New', { departmentIds: [id] });
  await sandbox.escalate(enquiry(id));
  await sandbox.online(nina);
  await sandbox.escalate({ ...enquiry(id), customer: { name: 'Zoë' } });
  await owner.open('/departments');
  await owner.button(`Delete ${name}`).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('asked only when everyone is').waitFor();
  for (const said of ['Nina New', '1 rings for it', 'Rings at Nina', '1 callback belongs to no department then']) ok(await dialog.getByText(said).isVisible(), `the dialog does not say ${said}`);
  await look(owner, 'department-delete');
  await dialog.getByRole('button', { name: 'Delete it' }).click();
  await owner.text(/is deleted\./).waitFor();
  equal((await sandbox.asOwner('GET', '/v1/departments')).items.some((d) => d.id === id), false, 'it is still there');
}

/** A member who is with a customer: what rings elsewhere then is said before. */
async function deletesWithWork(owner) {
  const { page, stage: { sandbox } } = owner;
  const nina = await whoIs(sandbox, 'q=nina');
  const { token } = await sandbox.call('POST', '/v1/login', { email: nina.email, password: passwords.member }).then((a) => ({ token: a.accessToken }));
  const [offer] = (await sandbox.call('GET', '/v1/me/escalations', undefined, token)).items;
  await sandbox.call('POST', `/v1/escalations/${offer.id}/accept`, {}, token);
  const { items: [callback] } = await sandbox.asOwner('GET', '/v1/callbacks');
  await sandbox.call('POST', `/v1/callbacks/${callback.id}/claim`, {}, token);
  await owner.open(`/team/${nina.id}`);
  let answer;
  const held = new Promise((go) => { answer = go; });
  await page.route('**/v1/live', async (r) => { await held; await r.continue(); }, { times: 1 });
  await owner.button('Delete').click();
  const dialog = page.getByRole('dialog');
  ok(await dialog.getByRole('button', { name: 'Delete' }).isDisabled(), 'she can be removed before it is told what happens');
  answer();
  await dialog.getByText('1 customer is with them.').waitFor();
  ok(await dialog.getByText('1 callback is theirs.').isVisible(), 'the callback is not spoken of');
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await owner.heading('Team Members').waitFor();
  const now = await sandbox.asOwner('GET', `/v1/callbacks/${callback.id}`);
  equal(now.state, 'open', 'the callback');
}

/** Without departments the page says what they are for. */
async function noDepartments(owner) {
  const { sandbox } = owner.stage;
  for (const { id } of (await sandbox.asOwner('GET', '/v1/departments')).items) await sandbox.asOwner('DELETE', `/v1/departments/${id}`);
  await owner.open('/departments');
  await owner.text('There are no departments yet.').waitFor();
}

/** Whoever does not manage has no such pages. */
async function notForStaff(stage) {
  const asha = await stage.person('asha');
  await asha.signIn();
  for (const path of ['/team', '/team/new', '/team/import', '/departments']) {
    await asha.open(path);
    await asha.heading('There is no such page').waitFor();
  }
}
