// The network goes and comes back: the page says so, asks again, and sends what was pressed.
import { equal, ok } from '../harness/check.mjs';

const gone = /net::ERR_(INTERNET_DISCONNECTED|FAILED|NETWORK_CHANGED)/;

export default async function (stage) {
  const asha = await stage.person('asha');
  asha.watch.expect(/\/v1\//, gone);
  await asha.begin();
  const away = asha.page.getByText(/No connection since/);

  await asha.context.setOffline(true);
  await away.waitFor();
  await stage.sandbox.escalate();
  await asha.context.setOffline(false);
  await asha.ringing.waitFor();
  await away.waitFor({ state: 'hidden' });

  // Pressed while nothing is sent, and not pressed again.
  await asha.context.setOffline(true);
  const accepts = [];
  asha.context.on('request', (r) => { if (r.url().endsWith('/accept')) accepts.push(r.postData()); });
  await asha.button('Accept').click();
  await away.waitFor();
  equal((await stage.sandbox.asOwner('GET', '/v1/escalations?state=ringing')).items.length, 1, 'what rings while the agent is away');
  await asha.context.setOffline(false);
  await asha.button('Finish').waitFor();
  ok(accepts.length > 1, `accept was asked for ${accepts.length} times`);
  equal(new Set(accepts).size, 1, 'different forms of one accept');
  await asha.finish();

  // Whoever gets the phone next must not be let in as the one who signed out where nothing was sent.
  await asha.context.setOffline(true);
  await asha.button('Sign out').click();
  await asha.button('Sign in').waitFor();
  await asha.context.setOffline(false);
  await asha.page.reload();
  await asha.button('Sign in').waitFor();
}
