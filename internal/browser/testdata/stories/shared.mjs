// One phone for several people: nobody is taken for somebody else, and nothing hides what rings.
import { equal, ok } from '../harness/check.mjs';
import { passwords } from '../harness/sandbox.mjs';

export default async function (stage) {
  await ringsOverADialog(stage);
  await ringsBesideAFault(stage);
  await acceptInSight(stage);
  await signedOutUnheard(stage);
  await anothersCookie(stage);
}

/** What is asked over the page makes way for what rings, which has the focus then. */
async function ringsOverADialog(stage) {
  const bilal = await stage.person('bilal', { viewport: { width: 1440, height: 900 } }); // phones have no keys
  await bilal.begin();
  await stage.sandbox.signIn('bilal');
  await bilal.link('Settings').click();
  await bilal.page.getByRole('button', { name: /^Sign out there/ }).first().click();
  await bilal.page.getByRole('dialog').waitFor();
  const { escalationId } = await stage.sandbox.escalate();
  await bilal.ringing.waitFor();
  await bilal.page.getByRole('dialog').waitFor({ state: 'hidden' });
  ok(await bilal.ringing.evaluate((e) => e.contains(document.activeElement)), 'what rings over a dialog has no focus');
  await stage.sandbox.end(escalationId);
  await bilal.ringing.waitFor({ state: 'hidden' });
  await bilal.open('/me');
  await bilal.goOfflineSwitch.waitFor();
  await bilal.page.keyboard.press('?');
  await bilal.page.getByRole('dialog').waitFor();
  await stage.sandbox.escalate();
  await bilal.accept();
  ok(!await bilal.page.getByRole('dialog').isVisible(), 'the dialog stays over what rings');
  await bilal.finish();
  await bilal.goOfflineSwitch.click();
  await bilal.goOnlineSwitch.waitFor();
  await bilal.context.close();
}

/** A screen that cannot be drawn takes along nothing of what rings. */
async function ringsBesideAFault(stage) {
  const owner = await stage.person('owner');
  await owner.begin();
  owner.watch.expect(/\/office-/, 404); // a newer version was deployed since
  await owner.page.route('**/office-*.js', (r) => r.fulfill({ status: 404 }));
  await owner.open('/audit');
  await owner.heading('This page is not here yet').waitFor();
  equal(await owner.page.title(), 'This page is not here yet · ConnectNow', 'the title of a page that is not there');
  await owner.page.unroute('**/office-*.js');
  await owner.page.route('**/v1/live', (r) => r.fulfill({ json: {} }));
  await owner.link('Live').click();
  await owner.heading('This page cannot be shown').waitFor();
  ok(owner.watch.faults.splice(0).length > 0, 'nobody is told of the fault');
  await stage.sandbox.escalate();
  await owner.accept();
  await owner.finish();
  await owner.goOfflineSwitch.click();
  await owner.goOnlineSwitch.waitFor();
  await owner.context.close();
}

/** A long note of a colleague pushes no button out of sight. */
async function acceptInSight(stage) {
  const { sandbox } = stage;
  const chitra = await sandbox.signIn('chitra'), bilal = await stage.person('bilal');
  await sandbox.online(chitra);
  const { escalationId } = await sandbox.escalate();
  await sandbox.call('POST', `/v1/escalations/${escalationId}/accept`, {}, chitra.token);
  await bilal.begin();
  await sandbox.call('POST', `/v1/escalations/${escalationId}/transfer`, { memberId: 'mem_bilalbilalbi', note: 'A long note of a colleague. '.repeat(35) }, chitra.token);
  await bilal.ringing.waitFor();
  const { y, height } = await bilal.button('Accept').boundingBox();
  ok(y + height <= 844, `Accept ends at ${y + height} of 844`);
  await bilal.accept();
  await bilal.finish();
  await bilal.context.close();
}

/** Whoever signs out while the server is away stays out. */
async function signedOutUnheard(stage) {
  const asha = await stage.person('asha');
  asha.watch.expect(/\/v1\/logout$/, /ERR_FAILED/);
  await asha.signIn();
  await asha.page.route('**/v1/logout', (r) => r.abort());
  await asha.button('Sign out').click();
  await asha.button('Sign in').waitFor();
  await asha.page.reload();
  await asha.button('Sign in').waitFor();
  await asha.context.close();
}

/** Somebody else signed in by the same browser, and no tab said so: what comes next is theirs, and
 * must not be shown as one's own. */
async function anothersCookie(stage) {
  const asha = await stage.person('asha');
  asha.watch.expect(/\/v1\//, 401); // whatever the page asks for while its session ends
  await asha.signIn();
  const login = { email: 'bilal@example.com', password: passwords.agent, cookie: true };
  const answer = await asha.context.request.post(`${stage.sandbox.url}/v1/login`, { data: login, headers: { Origin: stage.sandbox.url } });
  equal(answer.status(), 200, 'the other signs in');
  const over = { status: 401, contentType: 'application/problem+json', body: '{"type":"/problems/unauthorized","title":"","status":401,"detail":""}' };
  await asha.page.route('**/v1/me/escalations', (r) => r.fulfill(over), { times: 1 });
  await asha.button('Sign in').waitFor();
  ok(!await asha.heading(/phone/).isVisible(), 'somebody’s phone is shown');
  await asha.context.close();
}
