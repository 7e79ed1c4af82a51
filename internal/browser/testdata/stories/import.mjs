// Members from a file: found out how it is written, mended in place, and each added once.
import { equal, eventually, ok } from '../harness/check.mjs';
import { look } from '../harness/look.mjs';
import { arabic, devanagari, german, renameDepartments } from '../harness/names.mjs';

export default async function (stage) {
  await renameDepartments(stage.sandbox);
  await stage.sandbox.asOwner('POST', '/v1/departments', { name: '+Plus' });
  const owner = await stage.person('owner');
  owner.watch.expect(/\/v1\/members$/, /^(401|409|422|429|503)$/);
  owner.watch.expect(/\/v1\/refresh$/, 401);
  owner.watch.expect(/\/v1\/members$/, /ERR_FAILED/);
  await owner.signIn();
  await owner.open('/team/import');
  await exampleIsSafe(owner);
  await readsAll(owner);
  await mendsAndAdds(owner);
  await makesNewPasswords(owner);
  await waitsForItsOwner(owner);
  await stopsWhereItIsFull(owner);
}

const file = (name, text, encoding = 'utf-8') => {
  const bytes = { 'utf-8': () => Buffer.from(text), 'utf-16le': () => Buffer.from('\ufeff' + text, 'utf16le'), 'utf-16be': () => Buffer.from('\ufeff' + text, 'utf16le').swap16(), 'windows-1252': () => Buffer.from(text, 'latin1') };
  return { name, mimeType: 'text/csv', buffer: bytes[encoding]() };
};

const give = (owner, f) => owner.page.getByLabel('File', { exact: true }).setInputFiles(f);
const other = (owner) => owner.button('Take another file').click();

/** What is written here opens in spreadsheets as text, and is read back as it was. */
async function exampleIsSafe(owner) {
  const [download] = await Promise.all([owner.page.waitForEvent('download'), owner.button('Download an example').click()]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  ok(text.startsWith('\ufeffFirst name,Last name,E-mail,Role,Departments\r\n') && text.includes(`,"'+Plus; ${german}"`), `the example is ${JSON.stringify(text)}`);
  await give(owner, file('members.csv', text));
  await owner.text('2 people in members.csv').waitFor();
  await owner.button('Add 2 members').waitFor(); // nothing is to be mended
  await other(owner);
}

/** Whatever a spreadsheet writes is read, and told how. */
async function readsAll(owner) {
  const { page } = owner;
  const names = async () => (await page.locator('.importrows .name').allTextContents()).join(' ');
  const how = async () => [await page.getByLabel('Separated by').inputValue(), await page.getByLabel('Characters').inputValue()];
  for (const [f, want, said] of [
    [file('a.csv', 'sep=;\r\nVorname;Nachname;E-Mail;Rolle\r\nJörg;"Groß; ""der"" Dritte";joerg@example.com;admin\r\n', 'windows-1252'), [';', 'windows-1252'], 'Jörg Groß; "der" Dritte'],
    [file('b.txt', `First name\tSurname\tE-mail\tRole\n${devanagari.firstName}\t${devanagari.lastName}\tv@example.com\tadmin`, 'utf-16le'), ['\t', 'utf-16le'], `${devanagari.firstName} ${devanagari.lastName}`],
    [file('c.csv', 'role,mail,last,first\nadmin,"x@example.com","two\nlines",\'=1+1', 'utf-16be'), [',', 'utf-16be'], '=1+1 two'],
    [file('d.csv', '\ufeffLía,Cruz,lia@example.com,admin'), [',', 'utf-8'], 'Lía Cruz'], // no names of columns
  ]) {
    await give(owner, f);
    await owner.text(`1 person in ${f.name}`).waitFor();
    equal(await how(), want, `how ${f.name} is written`);
    ok((await names()).startsWith(said), `${f.name} says ${await names()}`);
    await other(owner);
  }
  await give(owner, file('empty.csv', 'First name,Last name\n'));
  await owner.text('There is nobody in it.').waitFor();
}

const people = Array.from({ length: 8 }, (_, n) => `P${n},Person,p${n}@example.com,admin,`).join('\n');

/** Ten people, of whom one has no address and one has Asha's. */
async function mendsAndAdds(owner) {
  const { page, stage: { sandbox } } = owner;
  const text = `First name,Last name,E-mail,Role,Departments,Town\n${arabic},Aziz,abd@,staff,"${german}; Shoes",Pune\nAsha,Again,ASHA@example.com,staff,${german.toLowerCase()},\n${people}`;
  await give(owner, file('team.csv', text));
  await owner.text('10 people in team.csv').waitFor();
  for (const said of ['E-mail is no e-mail address', 'Departments has none of the name Shoes', 'Not read: Town.', '1 to mend below.']) await owner.text(said).waitFor();
  await owner.button('Add this department').click();
  await owner.text('has none of the name Shoes').waitFor({ state: 'hidden' });
  await look(owner, 'preview');

  let open = 0, most = 0;
  const sent = [];
  await page.route('**/v1/members', async (r) => {
    const who = r.request().postDataJSON().email, tries = sent.filter((e) => e === who).length;
    sent.push(who);
    most = Math.max(most, ++open);
    try {
      if (who === 'p1@example.com' && tries === 0) return await r.fulfill({ status: 429, headers: { 'Retry-After': '1' }, contentType: 'application/problem+json', body: '{"status":429}' });
      if (who === 'p4@example.com' && tries === 0) return await r.fulfill({ status: 429, headers: { 'Retry-After': '86400' }, contentType: 'application/problem+json', body: '{"status":429,"detail":"There are 1000 members. Remove one first."}' });
      const answer = await r.fetch();
      if (who === 'p2@example.com' && tries === 0) return await r.abort(); // added, and nobody is told
      return await r.fulfill({ response: answer });
    } finally {
      open--;
    }
  });
  await owner.button('Add 9 members').click();
  await owner.text('7 of 10 added.').waitFor();
  await owner.text('E-mail is taken').waitFor();
  await owner.text('There are 1000 members. Remove one first.').waitFor(); // for which it does not wait a day
  ok(most === 2, `${most} at a time`);
  const mending = page.getByRole('form', { name: /Aziz/ });
  await mending.getByLabel('E-mail').fill('abd@example.com');
  await page.getByRole('form', { name: /Again/ }).getByLabel('E-mail').fill('asha.again@example.com');
  await owner.button('Add 3 members').click();
  await owner.heading('10 passwords to hand over').waitFor();
  await page.unroute('**/v1/members');
  equal(sent.filter((e) => e === 'p3@example.com').length, 1, 'how often one was sent');
  const all = (await sandbox.asOwner('GET', '/v1/members?q=person')).items;
  equal(all.length, 8, 'how many there are');
  const abd = (await sandbox.asOwner('GET', '/v1/members?q=abd')).items[0];
  equal(abd.departmentNames.sort(), [german, 'Shoes'].sort(), 'the departments of a mended row');
  for (const n of [0, 1, 2]) {
    const slip = page.locator('.slip').filter({ hasText: `p${n}@example.com` });
    await sandbox.call('POST', '/v1/login', { email: `p${n}@example.com`, password: await slip.locator('dd').last().textContent() });
  }
  await page.emulateMedia({ media: 'print' });
  ok(!await owner.heading('Import members').isVisible() && await page.locator('.slip').first().isVisible(), 'the print is more than what is handed over');
  await page.emulateMedia({ media: 'screen' });
  await look(owner, 'handed');
}

/** Passwords go with the screen; who was added stays added, and gets a new one. */
async function makesNewPasswords(owner) {
  const { page, stage: { sandbox } } = owner;
  const old = await page.locator('.slip dd').last().textContent();
  await owner.link('To the team').click();
  await owner.heading('Team Members').waitFor();
  ok(!(await page.content()).includes(old), 'a password is still there');
  await owner.link('Import a file').click();
  await owner.text('10 were added, and their passwords went').waitFor();
  await owner.button('Make new passwords').click();
  await owner.heading('10 passwords to hand over').waitFor();
  const slip = page.locator('.slip').filter({ hasText: 'p7@example.com' });
  const password = await slip.locator('dd').last().textContent();
  ok(password !== old, 'the password is the old one');
  await eventually(async () => (await sandbox.ask('POST', '/v1/login', { email: 'p7@example.com', password })).status === 200, 'the new one signs in');
  await other(owner);
  await page.getByLabel('File', { exact: true }).waitFor();
}

/** A session that ends meanwhile is no fault of anybody in the file. */
async function waitsForItsOwner(owner) {
  const { page } = owner;
  await give(owner, file('late.csv', 'Lea,Late,lea@example.com,admin\nLou,Later,lou@example.com,admin'));
  const over = (r) => r.fulfill({ status: 401, contentType: 'application/problem+json', body: '{"status":401,"detail":"The token is not valid here."}' });
  for (const path of ['**/v1/members', '**/v1/refresh']) await page.route(path, (r) => r.request().method() === 'POST' ? over(r) : r.fallback());
  await owner.button('Add 2 members').click();
  await owner.text('Your session has ended. Sign in again.').waitFor();
  for (const path of ['**/v1/members', '**/v1/refresh']) await page.unroute(path);
  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await owner.button('Sign in').click();
  await owner.button('Add 2 members').waitFor();
  ok(!await owner.text('To mend').isVisible(), 'somebody is to be mended');
  await other(owner);
}

/** Where there is no room, nobody else of the file is sent, and none of it waits for a day. */
async function stopsWhereItIsFull(owner) {
  const { page } = owner;
  let sent = 0;
  await page.route('**/v1/members', (r) => {
    if (r.request().method() !== 'POST') return r.fallback();
    sent++;
    return r.fulfill({
      status: 429, headers: { 'Retry-After': '86400' }, contentType: 'application/problem+json',
      body: '{"type":"/problems/too-many-members","title":"Too many members","status":429,"detail":"There are 1000 members. Remove one first."}',
    });
  });
  await give(owner, file('full.csv', Array.from({ length: 9 }, (_, n) => `Full,House,full${n}@example.com,admin`).join('\n')));
  await owner.button('Add 9 members').click();
  await owner.text('There is no room for another one.').first().waitFor();
  await owner.button('Add 9 members').waitFor();
  ok(sent <= 2, `${sent} were sent`);
  await page.unroute('**/v1/members');
}
