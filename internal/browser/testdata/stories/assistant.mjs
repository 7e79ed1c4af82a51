// The assistant: an owner says when it hands over, tries it, and says in which words; programs get keys.
import { accessible } from '../harness/axe.mjs';
import { equal, eventually, ok } from '../harness/check.mjs';
import { fits } from '../harness/layout.mjs';
import { look } from '../harness/look.mjs';
import { german, renameDepartments } from '../harness/names.mjs';

export default async function (stage) {
  await renameDepartments(stage.sandbox);
  const owner = await stage.person('owner');
  await owner.signIn();
  await unread(owner);
  await addsACondition(stage, owner);
  await triesIt(stage, owner);
  await bothAtOnce(stage, owner);
  await movesByKeys(stage, owner);
  await outlivesADepartment(stage, owner);
  await switchesItOff(stage, owner);
  await ownWords(stage, owner);
  await connections(stage, owner);
  await keys(stage, owner);
}

const group = (p, name) => p.page.getByRole('region', { name, exact: true });
const conditions = (p) => group(p, 'Conditions');
const head = (p, name) => conditions(p).getByRole('heading', { name }).getByRole('button');
const hasFocus = (what) => eventually(() => what.evaluate((e) => e === document.activeElement), `the focus on ${what}`);
const saved = (p) => p.page.locator('.save').getByText('Saved.').waitFor();
/** Whether the page may be closed without a word. */
const closes = (p) => p.page.evaluate(() => dispatchEvent(new Event('beforeunload', { cancelable: true })));
const decide = (sandbox, signals) => sandbox.invoke({ action: 'decide', signals });

/** What cannot be read says why, and is read when somebody tries again. */
async function unread(owner) {
  owner.watch.expect(/\/v1\/assistant$/, 403);
  for (const key of ['g', 's']) await owner.page.keyboard.press(key);
  await owner.text(/^There are none yet\./).waitFor(); // first steps ask for it, too
  const refused = { type: '/problems/forbidden', title: '', status: 403, detail: 'Not now.' };
  await owner.page.route('**/v1/assistant', (r) => r.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(refused) }), { times: 1 });
  await owner.page.reload();
  await owner.text('Not now.').waitFor();
  await owner.button('Try again').click();
  await owner.text(/^There are none yet\./).waitFor();
}

/** Four faults at once stand beside their fields, that of a phrase beside the phrase; nothing typed is lost by them, nor by another screen. */
async function addsACondition({ sandbox, found }, owner) {
  owner.watch.expect(/\/v1\/assistant$/, 422);
  const { page } = owner;
  await owner.button('Add a condition').click();
  const box = conditions(owner).getByRole('listitem').filter({ has: page.getByLabel('Name', { exact: true }) });
  await box.getByLabel('Who is asked').selectOption({ label: german });
  await box.getByRole('textbox', { name: 'What the customer says' }).fill('money back\n\n***\nrefund*');
  await box.getByRole('button', { name: 'Add a part' }).click();
  await box.getByRole('button', { name: /^Not understood so many times/ }).click();
  ok(await box.getByRole('spinbutton', { name: 'Not understood so many times' }).evaluate((e) => e === document.activeElement), 'a part that was added has no focus');
  await box.getByRole('button', { name: 'Add a part' }).click();
  await box.getByRole('button', { name: /^What the assistant knows/ }).click();
  await box.getByLabel('Its name').fill('orderValue');
  await box.getByLabel('How it is compared').selectOption('greater');
  await box.getByLabel('With').fill('much');
  await page.getByLabel('It is unsure below (percent)').fill('200');
  await owner.button('Save').click();
  await page.locator('.about .wrong').nth(4).waitFor();
  equal((await page.locator('.about .wrong').allInnerTexts()).map((t) => t.trim().replace(/ (must|may) .*/, '')), [
    'It is unsure below (percent)', 'Name', 'What the customer says “***”', 'Not understood so many times', 'With',
  ], 'faults beside their fields');
  await owner.link('My work').click();
  await page.goBack();
  equal([await page.getByLabel('It is unsure below (percent)').inputValue(), await owner.button('Discard what I typed').count()], ['200', 1], 'what was typed, after another screen');
  ok(!await closes(owner), 'what was typed goes without a word');
  await head(owner, 'New condition').click();
  await box.getByLabel('Name', { exact: true }).fill('Money that goes back');
  await box.getByRole('textbox', { name: 'What the customer says' }).fill('money back\nrefund*');
  await box.getByRole('button', { name: 'Remove the part: Not understood so many times' }).click();
  await box.getByRole('button', { name: 'Remove the part: What the assistant knows' }).click();
  await page.getByLabel('It is unsure below (percent)').fill('60');
  await owner.shot('unsaved');
  found.push(...await fits(page, 'unsaved', [320, 1440]));
  await owner.button('Save').click();
  await saved(owner);
  ok(await closes(owner), 'somebody is asked although all is stored');
  const now = await sandbox.asOwner('GET', '/v1/assistant');
  equal([now.confidenceThreshold, now.conditions.map(({ when }) => when)], [0.6, [{ phrases: ['money back', 'refund*'] }]], 'what is stored');
  await conditions(owner).getByText(`If the customer says “money back” or “refund*”: ${german} is asked.`).waitFor();
}

/** The box tells which rule fires and marks the words as they were written; it goes by what is saved, as the assistant does. */
async function triesIt({ sandbox }, owner) {
  const box = group(owner, 'Try it');
  await box.getByLabel('A customer’s message').fill('Nothing fits. I want a RÉFUND, now!');
  await box.getByRole('button', { name: 'Try', exact: true }).click();
  await box.getByText(`Handed over: ${german} would be asked.`).waitFor();
  await box.getByText('Your condition “Money that goes back” holds.').waitFor();
  await box.getByText(/^Nobody there could take it now/).waitFor();
  equal([await box.locator('mark').innerText(), await box.locator('blockquote').innerText()], ['RÉFUND', 'Nothing fits. I want a RÉFUND, now!'], 'what is marked');
  equal((await decide(sandbox, { message: 'a refund' })).rule, 'condition', 'what the assistant is told');
  await head(owner, 'Money that goes back').click();
  await conditions(owner).getByRole('textbox', { name: 'What the customer says' }).fill('money back');
  await box.getByText(/^It goes by what is saved/).waitFor();
  ok(await box.locator('mark').isVisible(), 'what came of a try is gone before anything is saved');
  await owner.button('Save').click();
  await saved(owner);
  equal((await decide(sandbox, { message: 'a refund' })).rule, 'none', 'what the assistant is told on its next call');
  await box.locator('mark').waitFor({ state: 'hidden' }); // it is not so any more
  await box.getByRole('button', { name: 'Try', exact: true }).click();
  await box.getByText('The assistant keeps the customer.').waitFor();
}

/** Of what two people changed both versions are shown; what only they changed stays theirs. */
async function bothAtOnce({ sandbox }, owner) {
  owner.watch.expect(/\/v1\/assistant$/, 412);
  const { page } = owner;
  const was = await sandbox.asOwner('GET', '/v1/assistant');
  const second = { name: 'It goes in circles', when: { failedTurns: 3 } };
  await sandbox.asOwner('PUT', '/v1/assistant', { ...was, confidenceThreshold: 0.7, duties: [{ title: 'Refunds' }] });
  await page.getByLabel('It is unsure below (percent)').fill('80');
  await owner.button('Add a condition').click();
  await conditions(owner).getByLabel('Name', { exact: true }).last().fill(second.name);
  await conditions(owner).getByRole('textbox', { name: 'What the customer says' }).last().fill('again and again');
  await owner.button('Save').click();
  await owner.heading('Somebody else changed it meanwhile').waitFor();
  const row = page.getByRole('row').filter({ hasText: 'It is unsure below' });
  equal(await row.getByRole('cell').allInnerTexts(), ['70', '80'], 'theirs and mine');
  await owner.button('Save mine').click();
  await saved(owner);
  const now = await sandbox.asOwner('GET', '/v1/assistant');
  equal([now.confidenceThreshold, now.duties.map((d) => d.title), now.conditions.map((c) => c.name)], [0.8, ['Refunds'], ['Money that goes back', second.name]], 'what is stored of both');
}

/** The order is changed by keys alone, and said. */
async function movesByKeys(stage, owner) {
  const { page } = owner;
  await owner.button('Move up: It goes in circles').focus();
  await page.keyboard.press('Enter');
  await conditions(owner).getByText('It goes in circles is number 1 of 2 now.').waitFor({ state: 'attached' });
  await eventually(() => owner.button('Move down: It goes in circles').evaluate((e) => e === document.activeElement), 'the focus on what was moved');
  await owner.button('Duplicate: It goes in circles').click();
  equal(await page.locator(':focus').inputValue(), 'It goes in circles (copy)', 'the name of a copy');
  await conditions(owner).getByRole('button', { name: 'Add a part' }).first().click();
  await look(owner, 'rules');
  await owner.button('Remove: It goes in circles (copy)').click();
  await owner.button('Save').click();
  await saved(owner);
  equal((await stage.sandbox.asOwner('GET', '/v1/assistant')).conditions.map((c) => c.name), ['It goes in circles', 'Money that goes back'], 'the order');
}

/** A condition for a department that is gone says so, and keeps nothing else from being saved. */
async function outlivesADepartment({ sandbox }, owner) {
  const { id } = await sandbox.asOwner('POST', '/v1/departments', { name: 'Shoes' });
  const was = await sandbox.asOwner('GET', '/v1/assistant');
  await sandbox.asOwner('PUT', '/v1/assistant', { ...was, conditions: [...was.conditions, { name: 'For shoes', when: { phrases: ['size'], department: id } }] });
  await sandbox.asOwner('DELETE', `/v1/departments/${id}`);
  await owner.page.reload();
  await head(owner, 'For shoes').click();
  await conditions(owner).getByText('This department was deleted: the condition never holds.').waitFor();
  await owner.page.getByLabel('It is unsure below (percent)').fill('75');
  await owner.button('Save').click();
  await saved(owner);
  await owner.button('Remove: For shoes').click();
  await owner.button('Save').click();
  await saved(owner);
  equal((await sandbox.asOwner('GET', '/v1/assistant')).conditions.length, was.conditions.length, 'the conditions that are left');
}

/** Off, the assistant hands nobody over. What could not be sent is told where it is seen, and goes the next time. */
async function switchesItOff({ sandbox }, owner) {
  await owner.page.getByLabel('The assistant may hand customers to people').uncheck();
  await owner.text(/^It keeps every customer/).waitFor();
  owner.watch.expect(/\/v1\/assistant$/, 'net::ERR_FAILED');
  await owner.page.route('**/v1/assistant', (r) => r.abort('failed'), { times: 1 });
  await owner.page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  await owner.button('Save').click();
  await eventually(() => owner.text('Not sent: no connection. Try again.').evaluate((e) => { const { top, bottom } = e.getBoundingClientRect(); return top >= 0 && bottom <= innerHeight; }), 'what was not sent is told in sight');
  await owner.button('Save').click();
  await saved(owner);
  const { rule } = await decide(sandbox, { message: 'a person please' });
  equal(rule, 'off', 'what the assistant is told');
  await owner.page.getByLabel('The assistant may hand customers to people').check();
  await owner.button('Save').click();
  await saved(owner);
  equal((await decide(sandbox, { message: 'a person please' })).rule, 'wish', 'what the assistant is told then');
}

/** What customers hear at night is shown in one piece, in each language, and said in the owner's own words from then on. */
async function ownWords({ sandbox, found }, owner) {
  const { page } = owner;
  owner.watch.expect(/\/v1\/assistant$/, 422);
  await owner.button('What customers hear').click();
  const card = group(owner, 'When nobody can come');
  await page.getByLabel('The customer’s language').selectOption({ label: 'italiano' });
  await card.getByText('Otherwise they hear:').first().waitFor();
  await owner.button('Handing over').click();
  await owner.button('What customers hear').click();
  await card.getByText('Otherwise they hear:').first().waitFor(); // the language that was chosen
  await page.getByLabel('The customer’s language').selectOption({ label: 'Deutsch' });
  await card.getByRole('textbox', { name: 'Nobody is free' }).fill('Wir haben geschlossen, {name}.');
  await owner.button('Handing over').click();
  await owner.button('Save').click();
  await card.getByText('Nobody is free has the placeholder {name}').waitFor(); // the part where the fault is comes into sight
  await card.getByRole('textbox', { name: 'Nobody is free' }).fill('Wir haben\ngeschlossen.');
  await card.getByText(/^Wir haben geschlossen\. Jemand/).waitFor();
  await owner.shot('words');
  found.push(...await fits(page, 'words', [320, 1440]), ...await accessible(page, 'words'));
  await owner.button('Save').click();
  await saved(owner);
  const { say } = await sandbox.escalate({ customer: { name: 'Lea', phone: '+4930000001', locale: 'de-DE' } });
  ok(say.startsWith('Wir haben geschlossen. '), `it says ${say}`);
}

/** What the operator connected is shown, and removed once it is confirmed. */
async function connections({ sandbox, found }, owner) {
  const { accountId } = await sandbox.call('GET', '/sandbox');
  await sandbox.call('POST', '/2015-03-31/functions/provision/invocations', { action: 'connect', accountId, kind: 'lex', id: 'ABCDEF1234' });
  await owner.button('Keys and connections').click();
  const card = group(owner, 'Connected platforms');
  await card.getByText('ABCDEF1234').waitFor();
  await card.getByText('How one is added').click();
  await card.getByText(new RegExp(`make connect .*-account ${accountId}`)).waitFor();
  await owner.shot('access');
  found.push(...await fits(owner.page, 'access', [320, 1440]));
  await card.getByRole('button', { name: 'Remove: Lex bot ABCDEF1234' }).click();
  await owner.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await hasFocus(card.getByText('Lex bot ABCDEF1234 is removed.'));
  await card.getByText('Nothing is connected.').waitFor();
}

/** A key is shown once, lets a program in, tells when that was, and lets nobody in once it is removed. */
async function keys({ sandbox, found }, owner) {
  owner.watch.expect(/\/v1\/assistant\/keys$/, /^(422|429)$/);
  const { page } = owner;
  const card = group(owner, 'Keys for MCP');
  await card.getByText(/^There are no keys/).waitFor();
  await card.getByRole('button', { name: 'Make a key' }).click();
  await card.getByRole('button', { name: 'Make it' }).click();
  await card.getByText(/^Name must/).waitFor();
  await card.getByLabel('Name', { exact: true }).fill(german);
  await card.getByLabel('End what was asked for').check();
  await card.getByRole('button', { name: 'Make it' }).click();
  const fresh = group(owner, `New key: ${german}`);
  const key = await fresh.getByText(/^cnk_\w+$/).innerText();
  ok(!await closes(owner), 'a key goes without a word');
  found.push(...await fits(page, 'a new key', [320, 1440]), ...await accessible(page, 'a new key'));
  const list = () => fetch(`${sandbox.url}/mcp`, mcp(key)).then((r) => r.status);
  equal(await list(), 200, 'what the key opens');
  await fresh.getByRole('button', { name: 'I have kept it' }).click();
  await page.reload();
  await card.getByText(/^last used /).waitFor();
  if ((await page.content()).includes(key)) found.push('a key is there after it was kept');
  await card.getByRole('button', { name: `Remove: ${german}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await hasFocus(card.getByText(`${german} is removed.`));
  equal(await list(), 401, 'what a key opens that was removed');
  for (let n = 1; n <= 5; n++) await sandbox.asOwner('POST', '/v1/assistant/keys', { name: `${n}`, may: ['read'] });
  await card.getByRole('button', { name: 'Make a key' }).click();
  await page.getByLabel('Name', { exact: true }).fill('The sixth');
  await owner.button('Make it').click();
  await owner.text('There is no room for another one.').waitFor();
  equal(await page.getByLabel('Name', { exact: true }).inputValue(), 'The sixth', 'what was typed');
}

/** What a program asks for first. */
const mcp = (key) => ({
  method: 'POST', headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' },
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'story', version: '1' } } }),
});
