// A morning of three: the owner looks at Live and plays the customer, Asha takes a chat and passes it
// on to Bilal, who gives it back to the assistant; then nobody is there, and Asha calls back.
import { equal } from '../harness/check.mjs';
import { Pane } from '../harness/pane.mjs';

const wide = { viewport: { width: 1440, height: 900 } };

export default async function (stage) {
  const [owner, asha, bilal] = [await stage.person('owner', wide), await stage.person('asha'), await stage.person('bilal')];
  for (const p of [asha, owner]) await byOneClick(p);
  await owner.heading(/nobody can take it/).waitFor(); // Live is where owners begin
  await asha.goOnline();
  await owner.heading('1 can take a call, 1 a chat').waitFor();
  const pane = new Pane(owner);
  await pane.open();
  await pane.ask(/Wrong size/);
  const meera = pane.card('Meera Nair');
  await accepted(owner, asha, meera);
  await written(asha, meera);
  await passedOn(owner, asha, bilal);
  await handedBack(bilal, meera);
  await owner.main.getByText('With Bilal').first().waitFor({ state: 'hidden' });
  await calledBack(stage, owner, asha, bilal, pane);
}

/** The demo people sign in by one click. */
async function byOneClick(person) {
  await person.open('/');
  await person.page.getByRole('region', { name: 'Demo people' }).getByRole('button', { name: person.name === 'owner' ? 'Olivia' : 'Asha' }).click();
  await person.page.getByRole('navigation').waitFor();
}

async function accepted(owner, asha, meera) {
  await owner.main.getByText('Rings at Asha').first().waitFor();
  await meera.getByText(/Rings at Asha, \d+ s left/).waitFor();
  await asha.ringing.getByText('Kids').waitFor();
  await asha.accept();
  await asha.text('Got a rain jacket in size 6').first().waitFor();
  await asha.page.getByRole('region', { name: 'Conversation' }).getByText('Can I talk to a person?').waitFor();
  await owner.main.getByText('With Asha').first().waitFor();
  await meera.getByText('Asha has it').waitFor();
}

/** What the customer writes meanwhile reaches the agent, and is marked as new. */
async function written(asha, meera) {
  await meera.getByRole('button', { name: 'Customer writes more' }).click();
  await asha.text('Are you still there?').waitFor();
  await asha.button('1 new message').waitFor();
  await asha.button('Seen').click();
}

async function passedOn(owner, asha, bilal) {
  await bilal.begin();
  await asha.button('Transfer').click();
  await asha.page.getByRole('radio', { name: 'Bilal' }).check();
  await asha.page.getByLabel('Note for whoever takes over').fill('Knows the rain jackets.');
  await asha.button('Pass it on').click();
  await asha.text('With you until Bilal takes it.').waitFor();
  await owner.main.getByText('goes over: rings at Bilal').first().waitFor();
  await bilal.ringing.getByText('Asha passes it on').waitFor();
  await bilal.ringing.getByText('Knows the rain jackets.').waitFor();
  await bilal.accept();
  await asha.main.getByText('Bilal took it').first().waitFor();
  await asha.page.getByRole('main').getByRole('button', { name: 'Close' }).click();
  await asha.text('No work open.').waitFor();
  await owner.main.getByText('With Bilal').first().waitFor();
}

async function handedBack(bilal, meera) {
  await bilal.text('Are you still there?').waitFor();
  await bilal.button('Finish').click();
  await bilal.page.getByRole('radio', { name: 'Back to the assistant' }).check();
  await bilal.page.getByRole('radio', { name: 'No, the assistant should know this' }).check();
  await bilal.page.getByLabel('Note', { exact: true }).fill('Send her the label.');
  await bilal.page.getByRole('radio', { name: 'Go offline' }).check();
  await bilal.button('Done').click();
  await bilal.text('No work open.').waitFor();
  await bilal.goOnlineSwitch.waitFor();
  await meera.getByText('Back to the assistant. Send her the label.').waitFor();
}

/** Nobody is there: the customer is called back. */
async function calledBack({ sandbox }, owner, asha, bilal, pane) {
  await asha.goOfflineSwitch.click();
  await asha.goOnlineSwitch.waitFor();
  await owner.heading(/nobody can take it/).waitFor();
  await pane.ask(/late delivery/);
  await pane.card('राजेश कुमार शर्मा').getByText(/Callback due/).waitFor();
  const { items } = await sandbox.asOwner('GET', '/v1/callbacks');
  equal(items.length, 1, 'callbacks');
  await owner.page.getByRole('row', { name: /Gents/ }).getByText('1').waitFor();

  await asha.link('Callbacks').click();
  await asha.link('राजेश कुमार शर्मा').click();
  await asha.button('I call them').click();
  await asha.page.getByLabel('Note', { exact: true }).fill('Engaged, once more at three.');
  await asha.button('Busy').click();
  await asha.text('Noted: Busy.').waitFor();
  await asha.text('Engaged, once more at three.').waitFor();
  await asha.button('Done').click();
  await asha.text('It is done.').waitFor();
  const done = await sandbox.asOwner('GET', `/v1/callbacks/${items[0].id}`);
  equal([done.state, done.attempts.map((a) => a.outcome)], ['done', ['busy']], 'the callback');
  equal(bilal.watch.faults, [], 'faults of a page in the background');
}
