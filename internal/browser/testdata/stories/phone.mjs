// A browser as the phone of somebody: it rings while no page is open.
import { equal, eventually, ok } from '../harness/check.mjs';
import { Phone } from '../harness/phone.mjs';
import { PushService } from '../harness/pushservice.mjs';

export default async function (stage) {
  const { phone, id } = await makesItRing(stage);
  await ringsThroughAPage(stage, phone);
  const gone = await ringsWhileClosed(stage, phone, id);
  await opensWhatIsGone(phone, gone);
  await losesNone(phone);
  await ringsNoneThatIsOver(phone);
  await ringsThoughAPageIsFrozen(phone);
  await signsOut(stage, phone, id);
  await throughAPushService(stage);
  await onAnIPhone(stage);
}

/** The newest push to a phone that fits. */
const pushTo = ({ sandbox }, id, fits) => eventually(async () => (await sandbox.call('GET', `/sandbox/pushes?deviceId=${id}`)).items.find((p) => fits(p.notice)), 'a push');

/** By a tap, and Chromium would install the pages. */
async function makesItRing(stage) {
  const asha = await stage.person('asha');
  await asha.signIn();
  await asha.open('/me');
  const phone = await Phone.of(asha);
  await phone.ring();
  const { installabilityErrors } = await phone.cdp.send('Page.getInstallabilityErrors');
  equal(installabilityErrors.map((e) => e.errorId), ['in-incognito'], 'what keeps Chromium from installing the pages, which contexts of tests are');
  equal((await phone.cdp.send('Page.getAppManifest')).errors, [], 'faults of the manifest');
  equal(await asha.page.evaluate(async () => {
    const { scope, updateViaCache, active } = await navigator.serviceWorker.ready;
    return [scope, updateViaCache, active.scriptURL];
  }), [`${stage.sandbox.url}/`, 'none', `${stage.sandbox.url}/sw.js`], 'the worker');
  await asha.shot('rings');
  await asha.open('/settings');
  await asha.text('This phone rings even while this page is closed.').waitFor();
  await asha.shot('settings');
  await asha.button(`Remove A browser ${await phone.id()}`).click();
  await asha.button('Remove').click();
  await asha.text('This phone gets no pushes any more.').waitFor();
  await phone.ring();
  await asha.button(`Remove A browser ${await phone.id()}`).waitFor();
  await asha.open('/me');
  return { phone, id: await phone.id() };
}

/** An open page rests, and is woken by the push; what somebody takes elsewhere is replaced at once. */
async function ringsThroughAPage(stage, phone) {
  const { sandbox } = stage, asha = phone.person;
  await asha.goOnline();
  const polled = () => asha.page.waitForResponse((r) => r.url().endsWith('/v1/me/escalations'));
  const gaps = [];
  for (let last = performance.now(); gaps.length < 4 && !(gaps.at(-1) > 8000); last = performance.now()) { // whatever changes has it ask at once
    await polled();
    gaps.push(Math.round(performance.now() - last));
  }
  ok(gaps.at(-1) > 8000, `the page asks again after ${gaps} ms`);
  const { escalationId } = await sandbox.escalate();
  await asha.ringing.waitFor({ timeout: 8000 }); // less than until the next poll
  const { title, rings, tag } = await eventually(async () => (await phone.shown()).find((n) => n.tag.includes(escalationId)), 'a notification of the offer');
  equal([title, rings], ['New chat', true], 'the notification of an offer');
  const { token } = await sandbox.signIn('asha');
  await sandbox.call('POST', `/v1/escalations/${escalationId}/accept`, { deviceId: 'another-phone' }, token);
  ok(!(await phone.notification(tag, (n) => n.title !== title)).rings, 'what was taken elsewhere rings');
  await sandbox.call('POST', `/v1/escalations/${escalationId}/complete`, { outcome: 'resolved' }, token);
}

/** With no page open and a worker that has ended, it rings, says so by the proof, and what is old does not ring. */
async function ringsWhileClosed(stage, phone, id) {
  const { sandbox } = stage;
  await phone.close();
  await phone.stopWorker();
  const { escalationId } = await sandbox.escalate({ channel: 'call' });
  const { payload } = await pushTo(stage, id, (n) => n.escalationId === escalationId);
  const seen = async () => (await sandbox.escalation(escalationId)).offer.seenAt;
  const { notification } = payload, { proof } = notification.data;
  const forged = (proof[5] === 'A' ? 'B' : 'A');
  await saysSeen(phone, { ...payload, notification: { ...notification, tag: 'forged', data: { ...notification.data, proof: proof.slice(0, 5) + forged + proof.slice(6) } } });
  equal(await seen(), null, 'seen by a forged proof');
  await phone.stopWorker();
  const said = await saysSeen(phone, payload);
  ok(!said.headers()['authorization'] && !said.headers()['cookie'], 'it was told who says so');
  ok(await seen(), 'not seen, though the proof is right');
  ok((await phone.notification(notification.tag)).rings, 'it does not ring');

  const old = { ...notification, tag: 'old', data: { ...notification.data, ringingUntil: '2026-11-28T10:00:00Z', escalationId: 'esc_older' } };
  await phone.push({ ...payload, notification: old });
  const shown = await phone.notification('old');
  equal([shown.body, shown.rings], ['It rings no more.', false], 'an offer of yesterday');
  for (const nothing of ['', '[', '{"a": 1}']) await phone.push(nothing);
  ok(!(await phone.notification('plain')).rings, 'what is none of ours rings');

  await sandbox.end(escalationId);
  await phone.push((await pushTo(stage, id, (n) => n.kind === 'offerWithdrawn' && n.escalationId === escalationId)).payload);
  ok(!(await phone.notification(notification.tag, (n) => n.title !== notification.title)).rings, 'what was withdrawn rings');
  await saysSeen(phone, payload); // overtaken by what withdrew it
  ok(!(await phone.notification(notification.tag, (n) => n.title === notification.title)).rings, 'what was withdrawn before it came rings');
  return escalationId;
}

/** Whoever taps too late reads where it went, though it is not theirs to see. */
async function opensWhatIsGone({ person: asha }, escalationId) {
  asha.watch.expect(/\/v1\/escalations\/esc_\w+$/, 404);
  await asha.open(`/escalations/${escalationId}`);
  await asha.main.getByText('The customer left').waitFor();
  await asha.main.getByText('There is no such escalation').waitFor({ state: 'detached' });
}

/** What is being shown while a page asks what is shown is there afterwards, and can be closed. */
async function losesNone(phone) {
  const tags = Array.from({ length: 20 }, (_, n) => `asked-${n}`);
  let over = false;
  const asks = (async () => { while (!over) await phone.shown(); })();
  for (const tag of tags) await phone.push({ web_push: 8030, notification: { title: tag, tag, navigate: '/me', data: { kind: 'test' } } });
  for (const tag of tags) await phone.notification(tag);
  over = true;
  await asks;
}

const pushed = (kind, of) => ({ web_push: 8030, notification: { title: kind, tag: of, navigate: '/me', data: { kind, escalationId: `esc_${of}`, offer: '1' } } });

/** Gives, once the worker counts what it shows, what waits until it has shown so many more, and tells whether each rings. */
async function counting(phone, many) {
  const worker = phone.person.context.serviceWorkers().at(-1);
  await worker.evaluate((left) => {
    const ring = [];
    globalThis.counted = new Promise((resolve) => {
      registration.showNotification = async (title, options) => {
        await ServiceWorkerRegistration.prototype.showNotification.call(registration, title, options);
        ring.push(options.requireInteraction);
        if (ring.length < left) return;
        delete registration.showNotification;
        resolve(ring);
      };
    });
  }, many);
  return () => worker.evaluate(() => globalThis.counted);
}

/** An offer and what withdraws it come at the same moment. */
async function ringsNoneThatIsOver(phone) {
  for (let n = 0; n < 5; n++) {
    const both = await counting(phone, 2);
    await Promise.all([phone.push(pushed('offer', `brief-${n}`)), phone.push(pushed('offerWithdrawn', `brief-${n}`))]);
    await both();
    ok(!(await phone.notification(`brief-${n}`)).rings, 'what was withdrawn at once rings');
  }
}

/** A page that holds on to what is shown keeps no phone silent, by an older browser neither, and what the worker shows
 * without waiting for it is not lost to those who ask. */
async function ringsThoughAPageIsFrozen(phone) {
  const { context, stage } = phone.person, page = await context.newPage();
  await page.goto(stage.sandbox.url + '/manifest.webmanifest');
  await page.evaluate(() => new Promise((held) => { void navigator.locks.request('connectnow-shown', () => new Promise(() => held())); }));
  await context.serviceWorkers().at(-1).evaluate(() => { AbortSignal.timeout = undefined; });
  const one = await counting(phone, 1);
  await phone.push(pushed('offer', 'frozen'));
  equal(await one(), [true], 'whether an offer rings while a page is frozen');
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    globalThis.asks = true;
    void (async () => { while (globalThis.asks) await registration.getNotifications(); })();
  });
  const tags = Array.from({ length: 20 }, (_, n) => `beside-${n}`), all = await counting(phone, tags.length);
  for (const tag of tags) await phone.push(pushed('test', tag));
  await all();
  await page.evaluate(() => { globalThis.asks = false; });
  await page.close();
  for (const tag of tags) await phone.notification(tag);
  await phone.stopWorker();
}

/** Brings an offer, and gives the request by which the worker says that it was seen, once it is answered. */
async function saysSeen(phone, payload) {
  const answered = phone.person.context.waitForEvent('response', (r) => r.url().endsWith('/v1/seen'));
  await phone.push(payload);
  const answer = await answered;
  equal(answer.status(), 204, 'the answer to seen');
  return answer.request();
}

/** A tap opens what a push is about in the page that is there, whatever the API answers it; whoever signs out leaves nothing. */
async function signsOut(stage, phone, id) {
  const asha = phone.person;
  asha.watch.expect(/\/v1\/me\/devices$/, /ERR_FAILED/);
  await asha.page.route('**/v1/me/devices', (r) => r.abort(), { times: 1 });
  await asha.open('/callbacks');
  await asha.page.getByRole('navigation').waitFor();
  await phone.push({ web_push: 8030, notification: { title: 'Elsewhere', tag: 'tap', navigate: 'https://example.com/escalations', data: { kind: 'test' } } });
  await phone.notification('tap');
  await asha.context.serviceWorkers().at(-1).evaluate(async () => {
    const [notification] = await registration.getNotifications({ tag: 'tap' });
    dispatchEvent(new NotificationEvent('notificationclick', { notification }));
  });
  await asha.page.waitForURL('**/me');
  const { token } = await stage.sandbox.signIn('asha');
  await asha.button('Sign out').click();
  await asha.button('Sign in').waitFor();
  equal((await stage.sandbox.call('GET', '/v1/me/devices', undefined, token)).items.filter((d) => d.id === id), [], 'phones of whoever signed out');
  equal(await asha.page.evaluate(async () => (await (await navigator.serviceWorker.getRegistration())?.getNotifications())?.length ?? 0), 0, 'notifications of whoever signed out');
  equal(await asha.page.evaluate(() => localStorage.getItem('phone')), null, 'what is kept of the phone');
}

/** What the server sends to a push service can be read by the browser's key alone; one that knows the browser no
 * more ends the phone, and what rang there goes on. */
async function throughAPushService(stage) {
  const { sandbox } = stage;
  const service = await PushService.start(stage);
  const bilal = await stage.person('bilal');
  await bilal.context.route('**/sandbox/phone-*.js', (r) => r.fulfill({ contentType: 'text/javascript', body: '' }));
  await bilal.context.addInitScript((subscription) => {
    const of = (n) => ({ // outlives the page
      options: {}, toJSON: () => ({ ...subscription, endpoint: `${subscription.endpoint}-${n}`, expirationTime: null }),
      unsubscribe: async () => delete localStorage.subscribed,
    });
    PushManager.prototype.getSubscription = async () => localStorage.subscribed ? of(localStorage.subscribed) : null;
    PushManager.prototype.subscribe = async () => of(localStorage.subscribed = crypto.randomUUID());
  }, service.subscription);
  await bilal.begin();
  const phone = await Phone.of(bilal);
  await bilal.open('/me');
  await bilal.button('Make this phone ring').click();
  const test = await service.message((body) => body.notification.data.kind === 'test');
  await phone.push(test.body);
  await bilal.text('The test push has arrived.').waitFor();
  equal([test.headers['content-encoding'], test.headers['ttl'] > 0, /^vapid t=/.test(test.headers['authorization'])], ['aes128gcm', true, true], 'headers of a push');

  const id = await phone.id(), subscribed = () => bilal.page.evaluate(() => localStorage.subscribed), dead = await subscribed();
  service.status = 410;
  await phone.close();
  const { token } = await sandbox.signIn('bilal'), devices = () => sandbox.call('GET', '/v1/me/devices', undefined, token);
  const open = (await devices()).items.find((d) => d.platform === 'open_page'); // or it would ring there for a while
  await sandbox.call('DELETE', `/v1/me/devices/${open.id}`, undefined, token);
  await sandbox.online(await sandbox.signIn('chitra'));
  const { escalationId } = await sandbox.escalate();
  await service.message((body) => body.notification.data.escalationId === escalationId);
  await eventually(async () => (await sandbox.escalation(escalationId)).offer?.firstName === 'Chitra', 'it goes on to Chitra');
  const works = async () => (await devices()).items.filter((d) => d.id === id).map((d) => d.working);
  equal(await works(), [false], 'whether the phone works');
  service.status = 201;
  await bilal.open('/me');
  await bilal.text('No push has arrived here yet.').waitFor();
  equal(await works(), [true], 'whether the phone works by a new subscription');
  ok(await subscribed() !== dead, 'the subscription that was refused is told again');
}

/** An iPhone rings from its Home Screen, which is promised only where there are pushes. */
async function onAnIPhone(stage) {
  const chitra = await stage.person('chitra', { hasTouch: true, userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1' });
  await chitra.context.addInitScript(() => { delete globalThis.PushManager; });
  await chitra.signIn();
  await chitra.open('/me');
  await chitra.text('“Add to Home Screen”').waitFor();
  await chitra.context.route('**/v1/me/devices', async (r) => {
    const response = await r.fetch(), { webPushKey, ...json } = await response.json();
    await r.fulfill({ response, json });
  });
  await chitra.open('/settings');
  await chitra.text('Ringing while this page is closed is not offered here').waitFor();
}
