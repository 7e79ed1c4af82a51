// Takes the pictures of the README: node pictures.mjs FOLDER. See scripts/pictures.
import { join } from 'node:path';
import { Phone } from './harness/phone.mjs';
import { Stage } from './harness/stage.mjs';

const folder = process.argv[2];

/** A zone in which it is ten in the morning, whenever the pictures are taken. */
const ahead = ((10 - new Date().getUTCHours() + 36) % 24) - 12;
const timezoneId = `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;

/** Takes one without the sandbox's own pane, which no business sees. */
async function take(page, name) {
  await page.evaluate(() => document.getElementById('sandbox-pane').remove());
  await page.screenshot({ path: join(folder, name) });
}

const chat = {
  channel: 'chat', customer: { name: 'Meera Nair', phone: '+919800000001', email: 'meera@example.com', locale: 'en-IN', timeZone: 'Asia/Kolkata' },
  conversation: { summary: 'Got a rain jacket in size 6 instead of 8 and needs the right one by Friday.', trigger: 'Can I talk to a person?' },
};
const call = {
  channel: 'call', customer: { name: 'Ananya Iyer', phone: '+919800000002' },
  conversation: { summary: 'Looks for a silk sari for her sister’s wedding on Saturday.', trigger: 'I would rather talk to somebody who has seen them.' },
};

const stage = await Stage.open('pictures');
try {
  const { sandbox } = stage;
  const departments = Object.fromEntries((await sandbox.call('GET', '/sandbox')).departments.map((d) => [d.name, d.id]));
  // One who asked before anybody was there.
  await sandbox.escalate({ ...call, departmentId: departments.Gents, customer: { name: 'Rajesh Sharma', phone: '+919800000003' } });
  const [bilal, chitra] = [await sandbox.signIn('bilal'), await sandbox.signIn('chitra')];
  for (const m of [bilal, chitra]) await sandbox.online(m);
  const taken = [await sandbox.escalate({ ...chat, departmentId: departments.Kids, customer: { name: 'Tom Baker', phone: '+919800000004' } }), await sandbox.escalate({ ...call, departmentId: departments.Ladies, customer: { name: 'Fatima', phone: '+919800000005' } })];
  for (const { escalationId, agent } of taken) await sandbox.call('POST', `/v1/escalations/${escalationId}/accept`, {}, [bilal, chitra].find((m) => m.id === agent.id).token);
  // And one who was helped, so that nobody is told of first steps.
  const helped = await sandbox.escalate({ ...chat, departmentId: departments.Gents, customer: { name: 'Lea Braun', phone: '+919800000006' } });
  const helper = [bilal, chitra].find((m) => m.id === helped.agent.id);
  await sandbox.call('POST', `/v1/escalations/${helped.escalationId}/accept`, {}, helper.token);
  await sandbox.call('POST', `/v1/escalations/${helped.escalationId}/complete`, { outcome: 'resolved' }, helper.token);
  const asha = await stage.person('asha', { deviceScaleFactor: 2, timezoneId });
  await asha.begin();
  await (await Phone.of(asha)).ring();
  await take(asha.page, 'phone.png');
  await asha.page.reload();
  const owner = await stage.person('owner', { viewport: { width: 1280, height: 720 }, timezoneId });
  await owner.signIn();
  await sandbox.escalate({ ...chat, departmentId: departments.Kids });
  await asha.ringing.waitFor();
  await take(asha.page, 'ringing.png');
  await owner.open('/live');
  await owner.page.locator('section[aria-labelledby="rings"] a').first().waitFor();
  await take(owner.page, 'live.png');
  const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri'];
  await sandbox.asOwner('PUT', `/v1/members/${bilal.id}/working-hours`, {
    timeZone: 'Asia/Kolkata', exceptions: [],
    entries: [{ days: everyDay, start: '09:00', end: '13:00' }, { days: everyDay, start: '14:00', end: '18:30' }, { days: ['sat'], start: '20:00', end: '02:00' }],
  });
  await owner.open(`/team/${bilal.id}/hours`);
  await owner.page.getByRole('region', { name: 'The next 14 days' }).getByRole('listitem').first().waitFor();
  await take(owner.page, 'hours.png');
} finally {
  await stage.close();
}
process.exit(0);
