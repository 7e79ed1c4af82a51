// One escalation, open or over: what was said, what happened, and what may be done.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Actions } from './actions';
import { AsOf, Unread, Waiting } from './asof';
import { useAtWork } from './atwork';
import { Conversation } from './conversation';
import { CustomerFacts, Links } from './customer';
import { History, Why, outcomeOf } from './history';
import { whatBecame } from './offers';
import { Passing, WorkHead } from './open';
import { useTitle } from './parts';
import { useResource } from './resource';
import { go } from './router';
import { say } from './words';
import { type Escalation } from './work';

/** What the log shows besides: facts above, and the receipts below in place of those that are folded. */
interface Logged { above: (e: Escalation) => ComponentChildren; below: (e: Escalation) => ComponentChildren }

export function EscalationPage({ id, logged }: { id: string; logged?: Logged }) {
  useTitle(say('escalation.title'));
  const { me, look } = useAtWork();
  const { value: e, at, failed, again } = useResource<Escalation>(`/v1/escalations/${id}`, 10_000, 60_000);
  const [became, tell] = useState<string>(); // of what rang here, and went on before its notification was tapped
  useEffect(() => { if (failed && !e) void whatBecame({ id }, me.id).then(tell); }, [failed]);
  const home = logged ? '/log' : me.role === 'staff' ? '/me' : '/live';
  const back = <p><a href={home} onClick={(event) => { event.preventDefault(); if (history.length > 1) history.back(); else go(home); }}>{say('back')}</a></p>;
  if (!e) {
    return <main class="wide">{back}<h1>{say('escalation.title')}</h1>{!failed || became === undefined ? <Waiting /> : became ? <p role="status">{became}</p> : <Unread failed={failed} again={again} />}</main>;
  }
  const open = e.state === 'active' || e.state === 'ringing';
  return (
    <main class="escalation">
      <div class="lead">{back}<h1>{say('escalation.title')}</h1><p class={e.state === 'ringing' ? 'stands now' : 'stands'} role="status">{outcomeOf(e)}</p>{logged?.above(e)}</div>
      <section class="work" aria-labelledby="work">
        <WorkHead e={e} />
        <AsOf at={at} failed={failed} language={me.language} />
        {open && <Passing e={e} me={me.id} />}
        {open && <Links e={e} />}
        <Actions e={e} me={me} done={() => { look(); again(); }} />
        <Conversation messages={e.conversation?.messages ?? []} language={me.language} following={open} />
      </section>
      <aside class="whom" aria-label={say('work.customer')}><CustomerFacts e={e} language={me.language} /></aside>
      <aside class="whom past" aria-label={say('history.title')}>
        <History e={e} language={me.language} />
        {!logged && me.role !== 'staff' && <Why id={e.id} language={me.language} />}
      </aside>
      {logged?.below(e)}
    </main>
  );
}
