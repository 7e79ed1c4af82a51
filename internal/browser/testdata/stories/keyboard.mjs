// A shift without a mouse: sign in, go online, accept, transfer, complete.
import { equal, ok } from '../harness/check.mjs';
import { press, tabTo } from '../harness/keys.mjs';

export default async function (stage) {
  const { sandbox } = stage;
  const asha = await stage.person('asha', { viewport: { width: 1440, height: 900 } });
  const { page } = asha;
  const { keyboard } = page;
  await asha.open('/sign-in');
  await tabTo(page, page.getByLabel('E-mail'));
  await keyboard.type(asha.email);
  await tabTo(page, page.getByLabel('Password', { exact: true }));
  await keyboard.type(asha.password);
  await keyboard.press('Enter');
  await press(page, asha.goOnlineSwitch, 'Space');
  await asha.goOfflineSwitch.waitFor();

  const { escalationId } = await sandbox.escalate();
  await press(page, asha.button('Accept'));
  await asha.button('Finish').waitFor();

  const bilal = await sandbox.signIn('bilal');
  await sandbox.online(bilal, 'phone-of-bilal');
  await press(page, asha.button('Transfer'));
  await press(page, page.getByRole('radio', { name: 'Bilal' }), 'Space');
  await tabTo(page, page.getByLabel('Note for whoever takes over'));
  await keyboard.type('Speaks Hindi.');
  await press(page, asha.button('Pass it on'));
  await page.getByText('With you until Bilal takes it.').waitFor();
  await sandbox.call('POST', `/v1/escalations/${escalationId}/decline`, {}, bilal.token);
  await page.getByText('Nobody took it over: it stays with you.').waitFor();

  await press(page, asha.button('Finish'));
  await press(page, page.getByRole('radio', { name: 'Solved' }), 'Space');
  await tabTo(page, page.getByLabel('Note'));
  await keyboard.type('Two dresses go back.');
  await press(page, asha.button('Done'));
  await asha.text('No work open.').waitFor();
  const done = await sandbox.escalation(escalationId);
  equal([done.state, done.outcome, done.note], ['completed', 'resolved', 'Two dresses go back.'], 'what was done by keys');

  // What there is no room for opens and closes without a pointer, and the focus stays.
  await page.setViewportSize({ width: 360, height: 800 });
  const more = page.getByText('More', { exact: true });
  await more.waitFor();
  const settings = asha.link('Settings');
  await press(page, more);
  await settings.waitFor();
  await tabTo(page, settings);
  await keyboard.press('Escape');
  await settings.waitFor({ state: 'hidden' });
  ok(await more.evaluate((e) => e === document.activeElement), 'the focus is not back at More');
  await press(page, more);
  await press(page, settings);
  await asha.heading('Settings').waitFor();
}
