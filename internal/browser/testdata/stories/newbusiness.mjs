// A business from its first sign-in to its first answered escalation, with nothing but the pages.
// Berlin's clocks go forward in five days, by a law that no browser knows, and the owner is abroad.
import { equal, ok } from '../harness/check.mjs';

export const laws = true;

const wide = { viewport: { width: 1440, height: 900 } };
const initial = 'copper-lantern-seventeen-x', chosen = 'quiet-meadow-forty-one-z';

export default async function (stage) {
  const { accountId } = await stage.sandbox.call('POST', '/2015-03-31/functions/provision/invocations', {
    accountName: 'Weber Bikes', timeZone: 'Europe/Berlin',
    owner: { firstName: 'Jonas', lastName: 'Weber', email: 'jonas@example.com', password: 'Kids-Gents-Ladies-3' },
  });
  ok(accountId, 'an account');
  const jonas = await stage.person('owner', { ...wide, timezoneId: 'America/Los_Angeles' });
  Object.assign(jonas, { email: 'jonas@example.com', password: 'Kids-Gents-Ladies-3' });
  await jonas.signIn();
  await jonas.page.waitForURL('**/me'); // alone so far
  await steps(jonas, '1 of 4');
  await addsDepartment(jonas);
  await addsTwo(jonas);
  await importsTen(jonas);
  await setsHours(jonas);
  const devi = await comesIn(stage);
  await triesIt(jonas, devi);
  await readsAudit(jonas);
  await jonas.link('Live').click();
  await steps(jonas, '6 of 10'); // all but that he takes customers himself, and what is the assistant's
}

/** How many first steps are done. */
const steps = (jonas, text) => jonas.heading(`First steps ${text}`).waitFor();

async function addsDepartment(jonas) {
  await jonas.link('Departments').first().click();
  await jonas.page.getByLabel('New department').fill('Sales');
  await jonas.button('Add department').click();
  await jonas.button('Rename Sales').waitFor();
}

async function addsTwo(jonas) {
  const { page } = jonas;
  await jonas.link('Team Members').click();
  await jonas.link('Add member').click();
  await fill(jonas, { 'First name': 'Devi', 'Last name': 'Nair', 'E-mail': 'devi@example.com', Password: initial, 'Confirm password': initial });
  await page.getByRole('checkbox', { name: 'Sales' }).check();
  await jonas.button('Add member').click();
  await jonas.heading('Devi Nair is in the team').waitFor();
  await jonas.link('Add another').or(jonas.button('Add another')).click();
  await fill(jonas, { 'First name': 'Mia', 'Last name': 'Lang', 'E-mail': 'mia@example.com' });
  await page.getByLabel('Role').selectOption('admin');
  await jonas.button('Make a password').click();
  await jonas.button('Add member').click();
  await jonas.heading('Mia Lang is in the team').waitFor();
}

/** What is stored, beside the pages. */
async function asJonas({ stage: { sandbox }, email, password }, method, path) {
  const { accessToken } = await sandbox.call('POST', '/v1/login', { email, password });
  return sandbox.call(method, path, undefined, accessToken);
}

const fill = async (person, fields) => { for (const [label, text] of Object.entries(fields)) await person.page.getByLabel(label, { exact: true }).fill(text); };

async function importsTen(jonas) {
  const { page } = jonas;
  await jonas.link('To the team').click();
  await jonas.link('Import a file').click();
  const rows = Array.from({ length: 9 }, (_, n) => `Agent;Nr${n};agent${n}@example.com;staff;Sales`);
  const text = ['First name;Last name;E-mail;Role;Departments', 'Olaf;Ohne;olaf;staff;Sales', ...rows].join('\r\n');
  await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'team.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await jonas.text('1 to mend below.').waitFor();
  await page.getByLabel('E-mail', { exact: true }).fill('olaf@example.com');
  await jonas.button('Done with this one').click();
  await jonas.button('Add 10 members').click();
  await jonas.text('10 of 10 added.').waitFor();
  const { items } = await asJonas(jonas, 'GET', '/v1/members?limit=100');
  equal(items.length, 13, 'how many are in the team');
}

/** The hours of somebody in Berlin, across the change of its clocks. */
async function setsHours(jonas) {
  const { page } = jonas;
  await jonas.link('Team Members').click();
  await jonas.link('Devi Nair').click();
  await jonas.link('Working hours').click();
  await page.getByRole('radio', { name: /^In working hours/ }).check();
  const entry = page.getByRole('group', { name: 'Hours 1', exact: true });
  for (const day of ['Sat', 'Sun']) await entry.getByText(day, { exact: true }).click();
  await entry.getByLabel('From').fill('00:00');
  await entry.getByLabel('Until').fill('00:00');
  await jonas.button('Save').click();
  await jonas.text('Saved.').waitFor();
  const marked = page.getByRole('listitem').filter({ hasText: 'The clock goes forward by 1 h in this shift.' });
  await marked.waitFor();
  const day = new Date(process.env.STORY_CHANGE).toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
  ok((await marked.innerText()).startsWith(day), `marked is not ${day}: ${await marked.innerText()}`);
  await jonas.text('On shift now.').waitFor();
}

/** She chooses a password of her own before anything else, and it rings on her page. */
async function comesIn(stage) {
  const devi = await stage.person('devi', { timezoneId: 'Asia/Kolkata' });
  devi.password = initial;
  await devi.open('/sign-in');
  await fill(devi, { 'E-mail': devi.email, Password: initial });
  await devi.button('Sign in').click();
  await devi.heading('Choose a password of your own').waitFor();
  await fill(devi, { 'Current password': initial, 'New password': chosen, 'New password once more': chosen });
  await devi.button('Change it').click();
  await devi.goOnline();
  return devi;
}

/** She takes the test, and its receipt says that it was meant for her. */
async function triesIt(jonas, devi) {
  const { page } = jonas;
  await jonas.link('Test escalation').click();
  await page.getByRole('radio', { name: 'One person', exact: true }).check();
  await page.getByLabel('Member', { exact: true }).selectOption({ label: 'Devi Nair' });
  await jonas.button('Ring now').click();
  await devi.accept();
  const columns = (card) => getComputedStyle(card).gridTemplateColumns.split(' ').length;
  equal(await devi.page.locator('.card.facts').last().evaluate(columns), 1, 'columns of what she reads of the customer');
  await jonas.text('Devi took it: it works').waitFor();
  await devi.finish();
  await jonas.link('Why them, and why not others').click();
  await jonas.text('It was meant for Devi.').waitFor();
  await page.getByRole('row', { name: /^Devi got it/ }).waitFor();
}

/** All that was done here, in sentences. */
async function readsAudit(jonas) {
  await jonas.link('Audit').click();
  for (const said of ['Jonas added the department Sales', 'Jonas added Devi to the team', 'Jonas added Mia to the team', 'Jonas added Olaf to the team', 'Jonas changed the working hours of Devi', 'Devi changed their own password', 'The platform made the business Weber Bikes']) await jonas.text(said).first().waitFor();
}
