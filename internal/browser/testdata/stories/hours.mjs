// Working hours of a team in Berlin, whose clocks go forward within days by laws that no browser knows:
// split shifts, nights and a day off, seen from Lagos, whose clocks are Berlin's until then, and by a
// member in Bogotá. Somebody else is faster, twice.
import { accessible } from '../harness/axe.mjs';
import { equal, eventually, ok } from '../harness/check.mjs';
import { press } from '../harness/keys.mjs';
import { fits } from '../harness/layout.mjs';
import { look } from '../harness/look.mjs';
import { devanagari } from '../harness/names.mjs';

export const laws = true;

const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const office = { days: everyDay, start: '09:00', end: '17:30' };

/** The date so many days after another. */
const after = (date, n) => new Date(Date.parse(date) + n * 86_400_000).toISOString().slice(0, 10);
const dateWords = (text) => new Date(text).toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });

export default async function (stage) {
  const { sandbox } = stage;
  const member = await sandbox.member(devanagari.firstName, devanagari.lastName);
  const path = `/v1/members/${member.id}/working-hours`;
  const owner = await stage.person('owner', { timezoneId: 'Africa/Lagos' });
  await owner.signIn();
  await owner.open(`/team/${member.id}/hours`);
  await firstHours(owner, sandbox, path);
  const night = await overTheChange(owner, sandbox, path);
  await dayOff(owner, sandbox, path, after(night, -2));
  await lookAtAll(owner);
  await somebodyWasFaster(owner, sandbox, path);
  await unread(owner, night);
  await copied(owner, sandbox);
  await herself(stage, member, path, after(night, -2));
  await always(owner, sandbox, path);
}

const save = (who) => who.button('Save').click();
const saved = (who) => who.text('Saved.').waitFor();
const entry = (who, n) => who.page.getByRole('group', { name: `Hours ${n}`, exact: true });
/** What the week says of a day. */
const dayOf = async (who, day) => (await who.page.getByRole('row', { name: new RegExp(`^${day}`) }).getByRole('listitem').allInnerTexts()).join(' | ');
/** What the preview says of a date. */
const previewOf = async (who, d) => (await who.page.getByRole('region', { name: 'The next 14 days' }).getByRole('listitem').filter({ hasText: dateWords(d) }).first().innerText()).replace(/\s+/g, ' ');

/** From none to a split shift and nights, with faults on the way. */
async function firstHours(owner, sandbox, path) {
  const { page } = owner;
  await owner.text('Always on shift: there are no working hours.').waitFor();
  await page.getByRole('radio', { name: /^In working hours/ }).check();
  await page.getByRole('button', { name: 'Change: Time zone' }).click();
  await page.getByLabel('Search by city').fill('german +01');
  await page.getByRole('button', { name: /Europe\/Berlin/ }).waitFor();
  await look(owner, 'hours-zone');
  await page.getByLabel('Search by city').fill('berlin');
  await page.getByRole('button', { name: /Europe\/Berlin/ }).click();
  await owner.text('now UTC+01:00 · Germany').waitFor();

  await owner.button('Add a break').click();
  await owner.button('Add hours').click();
  await entry(owner, 3).getByLabel('From').fill('');
  await entry(owner, 2).getByLabel('Until').fill('');
  owner.watch.expect(/working-hours$/, 422);
  await save(owner);
  const faulty = page.locator('[aria-invalid=true]');
  await faulty.first().waitFor();
  const names = await faulty.evaluateAll((all) => [...new Set(all.map((e) => e.name))]);
  equal(names, ['entries[1].end', 'entries[2].days', 'entries[2].start'], 'the fields that are marked');
  for (const name of names) {
    const said = await page.locator(`[name="${name}"]`).first().evaluate((e) => document.getElementById(e.getAttribute('aria-describedby')).textContent);
    ok(/must not be empty|at least one day/.test(said), `${name} is told what is wrong: ${said}`);
  }
  ok(await page.locator('[name="entries[1].end"]').evaluate((e) => e === document.activeElement), 'the first fault has the focus');

  await entry(owner, 2).getByLabel('Until').fill('17:30');
  for (const day of ['Mon', 'Tue', 'Wed', 'Thu', 'Fri']) await entry(owner, 3).getByText(day, { exact: true }).click();
  await entry(owner, 3).getByLabel('From').fill('22:00');
  await entry(owner, 3).getByLabel('Until').fill('06:00');
  equal(await dayOf(owner, 'Tue'), 'until 06:00 from the day before | 09:00–13:00 | 14:00–17:30 | 22:00–06:00, next day', 'Tuesday in the week');
  // The rest of the week by the keyboard alone.
  await press(page, owner.button('Copy Monday to other days'));
  await press(page, page.getByRole('checkbox', { name: 'Saturday' }), 'Space');
  await press(page, page.getByRole('checkbox', { name: 'Sunday' }), 'Space');
  await press(page, page.getByRole('dialog').getByRole('button', { name: 'Copy', exact: true }));
  await owner.text('Copied. It counts once you save.').waitFor();
  ok(await owner.button('Copy Monday to other days').evaluate((e) => e === document.activeElement), 'the focus is back');
  await save(owner);
  await saved(owner);
  const { entries, timeZone } = await sandbox.asOwner('GET', path);
  equal({ timeZone, entries }, {
    timeZone: 'Europe/Berlin',
    entries: [['09:00', '13:00'], ['14:00', '17:30'], ['22:00', '06:00']].map(([start, end]) => ({ days: everyDay, start, end })),
  }, 'what is stored');
}

/** The server's times, also where the browser thinks otherwise. Gives the date whose night is shorter. */
async function overTheChange(owner, sandbox, path) {
  const { items } = await sandbox.asOwner('GET', `${path}/preview`);
  const wall = (text) => Date.parse(`${text}Z`);
  const { localFrom } = items.find((s) => wall(s.localTo) - wall(s.localFrom) !== Date.parse(s.to) - Date.parse(s.from));
  const night = localFrom.slice(0, 10);
  const marked = owner.page.getByRole('listitem').filter({ hasText: 'clock change' });
  await eventually(async () => await marked.count() === 1, 'one day is marked');
  const said = (await marked.innerText()).replace(/\s+/g, ' ');
  // In Berlin's night the clock skips an hour; the browser's does not, and is an hour behind at the end.
  ok(/22:00–06:00, next day.*22:00–05:00, next day.*The clock goes forward by 1 h in this shift\. It takes 7 h\./.test(said), `the night of the change: ${said}`);
  ok(said.startsWith(dateWords(night)), `it is the night of ${night}: ${said}`);
  ok(!/Your time/.test(await previewOf(owner, after(night, -2))), 'before the change both clocks are one');
  const later = await previewOf(owner, after(night, 2));
  ok(/09:00–13:00 (Your time )?08:00–12:00/.test(later), `after the change the browser is behind: ${later}`);
  ok(await owner.text('By release 2099a of the time zone data.').count() === 1, 'the release is told');
  await eventually(async () => {
    const { availability: a } = await sandbox.asOwner('GET', path.replace(/.working-hours$/, ''));
    const now = items.find((s) => (a.onShift ? s.to === a.shiftEndsAt : s.from === a.nextShiftAt));
    const first = await owner.page.getByRole('status').filter({ hasText: /shift/ }).innerText();
    return first.startsWith(a.onShift ? 'On shift now until ' : 'Off shift. The next shift starts ') && first.endsWith(`${(a.onShift ? now.localTo : now.localFrom).slice(11, 16)} (Berlin).`);
  }, 'the first line has the time of Berlin');
  return night;
}

/** One date is unlike the week. */
async function dayOff(owner, sandbox, path, date) {
  await owner.button('Add a date').click();
  await owner.page.getByLabel('Date', { exact: true }).fill(date);
  await owner.text('Your changes are not in here yet').waitFor();
  await save(owner);
  await saved(owner);
  equal((await sandbox.asOwner('GET', path)).exceptions, [{ date, entries: [] }], 'the exception');
  await eventually(async () => /off exception/.test(await previewOf(owner, date)), 'the preview has the day off');
}

async function lookAtAll(owner) {
  await owner.button('Add hours').click();
  await owner.button('Add a date').click();
  await save(owner);
  await owner.text(/at least one day/).waitFor();
  await look(owner, 'hours');
  await owner.button('Discard what I typed').click();
  await entry(owner, 4).waitFor({ state: 'hidden' });
}

/** Both versions are shown; the first time mine wins, the second time theirs. */
async function somebodyWasFaster(owner, sandbox, path) {
  owner.watch.expect(/working-hours$/, 412);
  const theirs = { timeZone: 'Europe/Berlin', entries: [office] };
  const compared = owner.page.getByRole('alert').filter({ hasText: 'Somebody else changed it meanwhile' });
  const meet = async (until) => {
    await entry(owner, 1).getByLabel('Until').fill(until);
    await sandbox.asOwner('PUT', path, theirs);
    await save(owner);
    await compared.waitFor();
    const monday = compared.getByRole('row', { name: /^Monday/ });
    equal(await monday.getByRole('cell').allInnerTexts(), ['09:00–17:30', `09:00–${until} · 14:00–17:30 · 22:00–06:00, next day`], 'both Mondays');
  };
  await meet('12:30');
  owner.stage.found.push(...await fits(owner.page, 'both versions'), ...await accessible(owner.page, 'both versions'));
  await owner.button('Save mine').click();
  await saved(owner);
  equal((await sandbox.asOwner('GET', path)).entries[0].end, '12:30', 'mine');
  await meet('12:15');
  await owner.button('Take theirs').click();
  await compared.waitFor({ state: 'hidden' });
  await eventually(async () => await dayOf(owner, 'Mon') === '09:00–17:30', 'theirs are shown');
  equal((await sandbox.asOwner('GET', path)).entries, theirs.entries, 'theirs are stored');
}

/** Days alone: the change lies between two shifts. Then the server is away. */
async function unread(owner, night) {
  const { page } = owner;
  await eventually(async () => /The clock has gone forward by 1 h: UTC\+01:00 before, UTC\+02:00 from here on\. 09:00–17:30/.test(await previewOf(owner, after(night, 1))), 'the first shift after the change is marked');
  owner.watch.expect(/\/v1\//, 503);
  await page.route('**/preview?*', (r) => r.fulfill({ status: 503, headers: { 'Content-Type': 'application/problem+json' }, body: '{"type":"/problems/unavailable","title":"Try again","status":503,"detail":"The service is busy."}' }));
  await page.reload();
  await owner.text('The service is busy.').waitFor();
  await page.unroute('**/preview?*');
  await owner.button('Try again').click();
  await eventually(async () => /09:00–17:30/.test(await previewOf(owner, night)), 'the preview is there');
}

/** A colleague gets the same hours. */
async function copied(owner, sandbox) {
  await owner.button('Copy to others').click();
  await owner.page.getByRole('checkbox', { name: 'Asha' }).check();
  await owner.button('Copy to 1 member').click();
  await owner.text('1 member has these hours now.').waitFor();
  equal((await sandbox.asOwner('GET', '/v1/members/mem_ashaashaasha/working-hours')).entries, [office], 'the hours of the colleague');
}

/** Her own hours, in Bogotá. Those of others are the admins'. */
async function herself(stage, member, path, date) {
  const herself = await stage.person('herself', { timezoneId: 'America/Bogota' });
  Object.assign(herself, { email: member.email, password: member.password });
  await herself.signIn();
  await herself.open(`/team/${member.id}/hours`);
  await herself.text(/\(Berlin\)\. Your time .*\d\d:\d\d\.$/).waitFor();
  await entry(herself, 1).getByLabel('Until').fill('00:00');
  const put = herself.page.waitForRequest((r) => r.method() === 'PUT');
  await save(herself);
  ok((await put).url().endsWith('/v1/me/working-hours'), 'by the way of her own');
  await saved(herself);
  equal((await stage.sandbox.asOwner('GET', path)).entries, [{ ...office, end: '24:00' }], 'until the end of the day');
  await eventually(async () => /09:00–24:00 (Your time )?03:00–18:00/.test(await previewOf(herself, date)), 'both clocks');
  herself.watch.expect(/mem_ashaashaasha/, 403);
  await herself.open('/team/mem_ashaashaasha/hours');
  await herself.page.getByRole('alert').filter({ hasText: /owner and admins/ }).waitFor();
  await herself.context.close();
}

async function always(owner, sandbox, path) {
  await owner.page.reload();
  await owner.page.getByRole('radio', { name: /^Always/ }).check();
  await owner.text('Saving this removes the working hours that are there.').waitFor();
  await save(owner);
  await owner.text('Always on shift: there are no working hours.').waitFor();
  equal((await sandbox.ask('GET', path, undefined, sandbox.owner.token)).status, 404, 'no hours are left');
}
