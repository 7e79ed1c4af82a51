// One callback: who it is, what can be done about it, and what happened so far.
import { useEffect, useState } from 'preact/hooks';
import { type Member } from './api';
import { AsOf, Unread, Waiting } from './asof';
import { type WholeCallback, dialable, dueOf, dueWords, nameOf, pending, wordOf } from './callback';
import { CallbackDoing } from './callbackdoing';
import { Attempts, Entries } from './callbackledger';
import { Icon, Link, Theirs, useTitle } from './parts';
import { useResource } from './resource';
import { say } from './words';
import { type Customer } from './work';


export function CallbackPage({ id, me }: { id: string; me: Member }) {
  useTitle(say('callbacks.one'));
  const { value: c, at, failed, again } = useResource<WholeCallback>(`/v1/callbacks/${id}`, 10_000, 60_000);
  const [seen, read] = useSeen(c);
  return (
    <main class="wide">
      <p><Link to="/callbacks">{say('back')}</Link></p>
      {c && <AsOf at={at} failed={failed} language={me.language} />}
      {c ? <Whole c={c} me={me} seen={seen} read={read} again={again} /> : failed ? <Unread failed={failed} again={again} /> : <Waiting />}
    </main>
  );
}

interface WholeProps { c: WholeCallback; me: Member; seen: number; read: () => void; again: () => void }

function Whole({ c, me, seen, read, again }: WholeProps) {
  const unread = Math.max(0, c.entriesCount - seen);
  return (
    <>
      <Head c={c} me={me} />
      {c.joinedTo && <p class="bar warn"><span>{say('callback.joined')} <Link to={`/callbacks/${c.joinedTo}`}>{say('callback.joined.do')}</Link></span></p>}
      <div class={pending(c) && !c.joinedTo ? 'beside' : 'beside ended'}>
        {!c.joinedTo && <CallbackDoing c={c} me={me} unread={unread} seen={seen} read={read} again={again} />}
        <div class="ledger">
          <Entries c={c} me={me} unread={unread} again={again} />
          <Attempts c={c} me={me} />
        </div>
      </div>
    </>
  );
}

/** How many entries whoever is here has seen: those that were there when they came, and those that they say they have read. */
function useSeen(c: WholeCallback | undefined): [number, () => void] {
  const [seen, set] = useState<number>();
  useEffect(() => { if (c && seen === undefined) set(c.entriesCount); }, [c]);
  return [seen ?? c?.entriesCount ?? 0, () => c && set(c.entriesCount)];
}

function Head({ c, me }: { c: WholeCallback; me: Member }) {
  return (
    <header class="callback">
      <h1><Theirs text={nameOf(c.customer)} /></h1>
      <Reach customer={c.customer} needed={c.needsContact && pending(c)} />
      <dl>
        <div><dt>{say('callback.when')}</dt><dd class={pending(c) && dueOf(c) === 'overdue' ? 'wrong' : ''}>{dueWords(c, me.language)}</dd></div>
        <div><dt>{say('callbacks.department')}</dt><dd><bdi>{c.departmentName ?? say('live.none')}</bdi></dd></div>
        {pending(c) && <div><dt>{say('callback.holder')}</dt><dd><bdi>{c.claimedBy?.firstName ?? say('callbacks.free')}</bdi></dd></div>}
        <div><dt>{say('callback.why')}</dt><dd>{wordOf('cause', c.because)}</dd></div>
        {c.note && <div><dt>{say('callback.endNote')}</dt><dd><Theirs text={c.note} /></dd></div>}
      </dl>
    </header>
  );
}

/** The ways to reach a customer. Only what can be dialled for certain is a link. */
export function Reach({ customer, needed = false }: { customer: Customer; needed?: boolean }) {
  const given = [!dialable(customer.phone) && (customer.phone || customer.phoneAsGiven), customer.email || customer.emailAsGiven].filter((s): s is string => Boolean(s));
  return (
    <p class="reach">
      {dialable(customer.phone) && <a class="button" href={`tel:${customer.phone}`}><Icon name="phone" /><bdi dir="ltr">{customer.phone}</bdi></a>}
      {given.map((s) => <Theirs text={s} />)}
      {needed && <span class="wrong">{say('callbacks.noContact')}</span>}
    </p>
  );
}
