// Days that nobody wants: the API is away, the token is over, somebody was faster, or was removed.
import { equal, eventually } from '../harness/check.mjs';

const unavailable = {
  status: 503, headers: { 'Content-Type': 'application/problem+json', 'Retry-After': '1' },
  body: JSON.stringify({ type: '/problems/unavailable', title: 'Try again', status: 503, detail: 'The service is busy.' }),
};

export default async function (stage) {
  const { sandbox } = stage;
  await serverIsAway(stage, await stage.person('asha'));
  await somebodyWasFaster(stage, await stage.person('bilal'), await sandbox.signIn('chitra'));
  await removed(stage);
  await missingParts(stage);
  await anHourLater(stage);
}

/** What was typed stays, and goes when the API is back. */
async function serverIsAway({ sandbox }, asha) {
  asha.watch.expect(/\/v1\//, 503);
  await asha.open('/sign-in');
  const typed = { email: asha.page.getByLabel('E-mail'), password: asha.page.getByLabel('Password', { exact: true }) };
  await typed.email.fill(asha.email);
  await typed.password.fill(asha.password);
  await asha.page.route('**/v1/login', (r) => r.fulfill(unavailable));
  await asha.button('Sign in').click();
  await asha.page.getByRole('alert').filter({ hasText: /\S/ }).first().waitFor();
  equal([await typed.email.inputValue(), await typed.password.inputValue()], [asha.email, asha.password], 'what was typed to sign in');
  await asha.page.unroute('**/v1/login');
  await asha.button('Sign in').click();
  await asha.goOnline();

  await sandbox.escalate();
  await asha.accept();
  await asha.button('Finish').click();
  await asha.page.getByRole('radio', { name: 'Solved' }).check();
  await asha.page.getByLabel('Note').fill('Two dresses go back.');
  await asha.page.route('**/complete', (r) => r.fulfill(unavailable));
  await asha.button('Done').click();
  await asha.page.getByRole('alert').filter({ hasText: /\S/ }).first().waitFor();
  equal(await asha.page.getByLabel('Note').inputValue(), 'Two dresses go back.', 'the note that was not taken');
  await asha.page.unroute('**/complete');
  await asha.button('Done').click();
  await asha.text('No work open.').waitFor();

  await tokenIsOver(sandbox, asha);
}

/** A bearer is good for an hour; the page gets another without a word. */
async function tokenIsOver(sandbox, asha) {
  asha.watch.expect(/\/v1\/me\/escalations$/, 401);
  const renewed = asha.page.waitForResponse((r) => r.url().endsWith('/v1/refresh') && r.ok());
  await asha.page.route('**/v1/me/escalations', (r) => r.fulfill({ status: 401, contentType: 'application/problem+json', body: '{"type":"/problems/unauthorized","title":"","status":401,"detail":""}' }), { times: 1 });
  await renewed;
  const { escalationId } = await sandbox.escalate();
  await asha.ringing.waitFor();
  await sandbox.end(escalationId);
  await asha.text(/customer left/i).waitFor();
  await asha.context.close();
}

/** The offer went to a colleague, and the page has not heard of it yet. */
async function somebodyWasFaster({ sandbox }, bilal, chitra) {
  bilal.watch.expect(/\/accept$/, 409);
  await bilal.begin();
  await sandbox.asOwner('PUT', '/v1/members/mem_ashaashaasha/presence', { status: 'offline' });
  const { escalationId } = await sandbox.escalate();
  await bilal.ringing.waitFor();
  const held = [];
  await bilal.page.route('**/v1/me/escalations', (r) => { held.push(r); });
  await eventually(() => held.length > 0, 'the poller asks');
  await sandbox.online(chitra, 'phone-of-chitra');
  const me = await sandbox.signIn('bilal');
  await sandbox.call('POST', `/v1/escalations/${escalationId}/decline`, {}, me.token);
  await sandbox.call('POST', `/v1/escalations/${escalationId}/accept`, {}, chitra.token);
  await bilal.button('Accept').click();
  await bilal.text('Chitra took it').waitFor();
  await bilal.page.unroute('**/v1/me/escalations');
  for (const r of held) await r.continue().catch(() => undefined);
  await bilal.ringing.waitFor({ state: 'hidden' });
  await sandbox.call('POST', `/v1/escalations/${escalationId}/complete`, { outcome: 'resolved' }, chitra.token);
  await bilal.context.close();
}

/** Whoever is removed is out at once, and told. */
async function removed(stage) {
  const { id, email, password } = await stage.sandbox.member('Nina', 'New');
  const nina = await stage.person('nina');
  nina.watch.expect(/\/v1\//, /^(401|403|404)$/);
  Object.assign(nina, { email, password });
  await nina.begin();
  await stage.sandbox.asOwner('DELETE', `/v1/members/${id}`);
  await nina.text('Your session has ended. Sign in again.').waitFor();
  await nina.button('Sign in').waitFor();
  await nina.context.close();
}

/** A browser without a Worker polls all the same, and one without sound says so. */
async function missingParts(stage) {
  const dana = await stage.sandbox.member('Dana', 'Old');
  const old = await stage.person('dana');
  Object.assign(old, { email: dana.email, password: dana.password });
  await old.context.addInitScript(() => {
    for (const name of ['Worker', 'SharedWorker', 'AudioContext', 'webkitAudioContext', 'BroadcastChannel']) delete globalThis[name];
    delete Navigator.prototype.vibrate;
    delete Navigator.prototype.locks;
  });
  await old.begin();
  await stage.sandbox.asOwner('PUT', '/v1/members/mem_chitrachitra/presence', { status: 'offline' });
  await stage.sandbox.asOwner('PUT', '/v1/members/mem_bilalbilalbi/presence', { status: 'offline' });
  await stage.sandbox.escalate();
  await old.ringing.waitFor();
  await old.accept();
  await old.finish();
}

/** A bearer is good for an hour, and another one is asked for before: nothing is refused on the way. */
async function anHourLater(stage) {
  const asha = await stage.person('asha');
  await asha.context.clock.install();
  await asha.signIn();
  const renewed = asha.page.waitForResponse((r) => r.url().endsWith('/v1/refresh') && r.ok());
  await asha.context.clock.fastForward('55:00');
  const bearer = `Bearer ${(await (await renewed).json()).accessToken}`;
  const polled = asha.page.waitForRequest((r) => r.url().endsWith('/v1/me/escalations') && r.headers()['authorization'] === bearer);
  await polled;
}
