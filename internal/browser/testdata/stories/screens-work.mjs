// The agent's screens in all their states, with long names, looked at from all sides.
import { accessible } from '../harness/axe.mjs';
import { equal, ok } from '../harness/check.mjs';
import { look } from '../harness/look.mjs';
import { devanagari, enquiry, renameDepartments } from '../harness/names.mjs';

export default async function (stage) {
  const { sandbox } = stage;
  const departments = await renameDepartments(sandbox);
  const { email, password } = await sandbox.member(devanagari.firstName, devanagari.lastName);
  const agent = await stage.person('agent');
  Object.assign(agent, { email, password });
  await signIn(stage, agent);
  await look(agent, 'work-offline');
  await agent.goOnline();
  await look(agent, 'work-idle');

  const { escalationId } = await sandbox.escalate(enquiry(departments[0].id));
  await agent.ringing.waitFor();
  await ringing(agent);
  await look(agent, 'work-ringing');
  await sandbox.end(escalationId);
  await agent.text(/customer left/i).waitFor();
  await look(agent, 'work-ended');

  await sandbox.escalate({ ...enquiry(departments[1].id), channel: 'call' });
  await agent.accept();
  await look(agent, 'work-active');
  await agent.button('Transfer').click();
  await agent.button('Pass it on').waitFor();
  await look(agent, 'work-transfer');
  await agent.button('Cancel').click();
  await agent.button('File elsewhere').click();
  await agent.button('File it').waitFor();
  await look(agent, 'work-filing');
  await agent.button('Cancel').click();
  await agent.page.keyboard.press('?');
  await agent.page.getByRole('dialog', { name: 'Keys' }).waitFor();
  stage.found.push(...await accessible(agent.page, 'keys'));
  await agent.page.keyboard.press('Escape');
  await agent.button('Finish').click();
  await agent.page.getByRole('radio', { name: 'Solved' }).check();
  await look(agent, 'work-wrap-up');
  await agent.button('Done').click();
  await agent.text('No work open.').waitFor();

  agent.watch.expect(/\/v1\//, /net::ERR_/);
  await agent.context.setOffline(true);
  await agent.page.getByText(/No connection since/).waitFor();
  await look(agent, 'work-no-network');
}

/** Signing in: named fields, paste, and what is wrong beside them. */
async function signIn(stage, agent) {
  const { page } = agent;
  agent.watch.expect(/\/v1\/login$/, 401);
  await agent.open('/sign-in');
  const email = page.getByLabel('E-mail'), password = page.getByLabel('Password', { exact: true });
  await email.waitFor();
  await look(agent, 'sign-in');
  equal([await email.getAttribute('autocomplete'), await password.getAttribute('autocomplete')], ['username', 'current-password'], 'autocomplete');
  await email.fill(agent.email);
  await email.press('ControlOrMeta+A');
  await email.press('ControlOrMeta+C');
  await password.press('ControlOrMeta+V');
  equal(await password.inputValue(), agent.email, 'what was pasted as the password');
  await agent.button('Sign in').click();
  await page.getByRole('alert').filter({ hasText: /\S/ }).first().waitFor();
  await look(agent, 'sign-in-refused');
  await page.getByRole('link', { name: /Forgotten/ }).click();
  await page.getByRole('heading', { name: 'Forgotten password' }).waitFor();
  await look(agent, 'forgot');
  equal(await page.getByLabel('E-mail').getAttribute('autocomplete'), 'username', 'autocomplete');
  await agent.signIn();
}

/** What a ring is beyond its sound. */
async function ringing(agent) {
  const { page } = agent;
  const box = await agent.button('Accept').boundingBox();
  ok(box.height >= 64 && box.width >= 64, `Accept is ${box.width}x${box.height}`);
  await page.waitForFunction(() => document.title.startsWith('(1) New chat'));
  await page.waitForFunction(() => !document.title.startsWith('('), undefined, { polling: 50 }); // it flashes
  await page.waitForFunction(() => [...document.querySelectorAll('[aria-live=assertive]')].some((e) => /New chat/.test(e.textContent)));
  const moving = () => page.evaluate(() => document.getAnimations().filter((a) => a.playState === 'running').length);
  equal(await moving(), 0, 'what moves where motion is to be reduced');
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  ok(await moving() > 0, 'nothing moves while it rings');
  await page.emulateMedia({ reducedMotion: 'reduce', forcedColors: 'active' });
  await agent.shot('work-ringing-forced-colours');
  await page.emulateMedia({ forcedColors: null });
}
