// One work of one's own, as my work shows it, until it is put away.
import { type ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Actions } from './actions';
import { AsOf, Unread, Waiting } from './asof';
import { useAtWork } from './atwork';
import { Conversation } from './conversation';
import { CustomerFacts, Links } from './customer';
import { Why, outcomeOf } from './history';
import { Icon, Theirs } from './parts';
import { useResource } from './resource';
import { useSeconds } from './ticking';
import { say } from './words';
import { type Escalation, moment } from './work';
import { WrapUp } from './wrapup';

/** How often what customers write is looked for, in milliseconds: shown, and hidden. */
const often = { chat: [10_000, 60_000], call: [30_000, 60_000] } as const;

/** The work and, beside it where there is room, its customer. */
export function Open({ id }: { id: string }) {
  const w = useAtWork();
  const polled = w.item(id), taken = w.taken(id);
  const [shown, hidden] = often[polled?.channel ?? taken?.channel ?? 'chat'];
  const { value, at, failed, again } = useResource<Escalation>(`/v1/escalations/${id}`, shown, hidden);
  // What the poller says of it comes sooner, but has no conversation.
  const mark = polled ? `${polled.state}/${polled.offer?.number ?? ''}/${polled.history.length}` : 'gone';
  const known = useRef(mark);
  useEffect(() => {
    if (known.current !== mark) again();
    known.current = mark;
  }, [mark]);
  const whole = value ?? taken;
  if (!whole) return <section class="work">{failed ? <Unread failed={failed} again={again} /> : <Waiting />}</section>;
  const e: Escalation = polled ? { ...whole, state: polled.state, offer: polled.offer, assignedTo: polled.assignedTo, history: polled.history } : whole;
  return (
    <>
      <Work e={e} stale={<AsOf at={at} failed={failed} language={w.me.language} />} again={again} />
      <aside class="whom" aria-label={say('work.customer')}><CustomerFacts e={e} language={w.me.language} />{w.me.role !== 'staff' && <Why id={e.id} language={w.me.language} />}</aside>
    </>
  );
}

/** Whether somebody else, or nobody, has it now. */
const gone = (e: Escalation, me: string): boolean => e.state !== 'active' || e.assignedTo?.id !== me;

function Work({ e, stale, again }: { e: Escalation; stale: ComponentChildren; again: () => void }) {
  const w = useAtWork();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => { if (w.latest === e.id && (document.activeElement === document.body || document.activeElement?.closest('.ringing'))) setTimeout(() => heading.current?.focus({ preventScroll: true })); }, [w.latest]);
  const over = gone(e, w.me.id);
  const put = () => {
    w.close(e.id);
    w.look();
  };
  return (
    <section class="work" aria-labelledby="work">
      <WorkHead e={e} heading={heading} />
      {stale}
      {over ? <Ended e={e} put={put} /> : (
        <>
          <Passing e={e} me={w.me.id} />
          <Links e={e} />
          <Actions e={e} me={w.me} done={(what) => {
            if (what === 'finish') return put();
            w.look();
            again();
          }} />
        </>
      )}
      {e.conversation && <Conversation messages={e.conversation.messages} language={w.me.language} following={!over} />}
    </section>
  );
}

/** Who it is, and what they want in a few words. */
export function WorkHead({ e, heading }: { e: Escalation; heading?: preact.RefObject<HTMLHeadingElement | null> }) {
  return (
    <header>
      <h2 id="work" tabIndex={-1} ref={heading}><Icon name={e.channel === 'call' ? 'phone' : 'message-circle'} /><Theirs text={e.customer.name || say('customer.nameless')} />{e.drill && <span class="tag">{say('offer.drill')}</span>}</h2>
      {e.summary && <p class="summary"><Theirs text={e.summary} /></p>}
    </header>
  );
}

/** A transfer under way, and what became of the last one. */
export function Passing({ e, me }: { e: Escalation; me: string }) {
  const asked = e.history.findLastIndex((h) => h.what === 'transfer_asked');
  if (asked < 0) return null;
  const since = e.history.slice(asked + 1);
  if (since.some((h) => h.what === 'accepted')) return null;
  const not = [...new Set(since.filter((h) => ['declined', 'missed', 'unreachable'].includes(h.what)).map((h) => h.firstName ?? say('somebody')))];
  const words = not.length > 0 ? say('transfer.not', { names: not.join(', ') }) + ' ' : '';
  const own = e.assignedTo?.id === me;
  if (e.offer) return <div role="status"><p class="bar info"><Icon name="arrow-right-left" /><span>{words}{own ? say('transfer.until', { name: e.offer.firstName }) : outcomeOf(e)} <Left key={e.offer.number} e={e} /></span></p></div>;
  if (!since.some((h) => h.what === 'transfer_failed')) return null;
  return <div role="status"><p class="bar warn"><Icon name="arrow-right-left" /><span>{words}{say(own ? 'transfer.back' : 'transfer.failed')}</span></p></div>;
}

/** Seconds that are left of a colleague's ringing, counted here. */
function Left({ e }: { e: Escalation }) {
  const { ends } = useAtWork();
  const first = useRef(moment() + (e.offer?.ringingSeconds ?? 0) * 1000);
  const left = useSeconds(ends(e) ?? first.current);
  return left > 0 ? <span class="soft" aria-hidden="true">{say('offer.seconds', { n: left })}</span> : null;
}

/** What became of a work that went away by itself: never a blank. */
function Ended({ e, put }: { e: Escalation; put: () => void }) {
  const { me } = useAtWork();
  const mine = e.state === 'completed' && e.assignedTo?.id === me.id && !e.history.some((h) => h.what === 'completed' && h.memberId);
  const other = e.assignedTo && e.assignedTo.id !== me.id && e.state === 'active';
  return (
    <>
      <div role="status"><p class="bar info"><span>{other ? say('ended.taken', { name: e.assignedTo!.firstName }) : outcomeOf(e)}</span></p></div>
      {mine ? <WrapUp e={e} ended done={put} cancel={put} /> : <p><button class="main" onClick={put}>{say('close')}</button></p>}
    </>
  );
}
