// An agent's first minutes: sign in, go online, be rung, accept, finish.
import { equal } from '../harness/check.mjs';

export default async function (stage) {
  const asha = await stage.person('asha');
  await asha.begin();
  const { escalationId, outcome } = await stage.sandbox.escalate();
  equal(outcome, 'ringing', 'what the assistant is told');
  await asha.ringing.waitFor();
  await asha.shot('ringing');
  await asha.accept();
  await asha.text('Wants to return a dress').waitFor();
  equal((await stage.sandbox.status(escalationId)).outcome, 'accepted', 'what the assistant is told');
  await asha.finish();
  equal((await stage.sandbox.escalation(escalationId)).outcome, 'resolved', 'how it ended');
}
