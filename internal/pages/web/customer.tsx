// Who the customer is, as the conversation gave it, and how to reach them.
import { dialable } from './callback';
import { Icon, Link, Theirs } from './parts';
import { reasonOf } from './ringing';
import { dayTime, time } from './times';
import { say } from './words';
import { type Customer, type Escalation, type OwnCallback } from './work';
import { Folded } from './conversation';

/** Where the platform's chat is: https, or this computer for those who try it there. The host is
 * as the browser writes it, so that letters that only look like others are seen. */
function chatOf(e: Escalation): URL | undefined {
  const url = e.connect?.url ?? '';
  if (!URL.canParse(url)) return undefined;
  const u = new URL(url);
  const here = u.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(u.hostname);
  return u.protocol === 'https:' || here ? u : undefined;
}

/** The two links there are: the platform's chat and the customer's phone. */
export function Links({ e }: { e: Escalation }) {
  const chat = chatOf(e);
  const phone = dialable(e.customer.phone) ? e.customer.phone : '';
  if (!chat && !phone) return null;
  return (
    <p class="links">
      {chat && <a class="button" href={chat.href} target="_blank" rel="noopener noreferrer"><Icon name="external-link" /><span>{say(e.channel === 'chat' ? 'work.open' : 'work.openCall', { host: chat.host })}</span></a>}
      {phone && <a class="button" href={`tel:${phone}`}><Icon name="phone" /><bdi>{phone}</bdi></a>}
    </p>
  );
}

/** The time where the customer is; nothing where the browser does not know the zone. */
function timeThere(zone: string, language: string | null): string {
  try {
    return zone && new Date().toLocaleTimeString(language || undefined, { timeZone: zone, hour: '2-digit', minute: '2-digit' });
  } catch {
    return '';
  }
}

/** The name of a language in one's own; the tag itself where the browser knows none. */
function languageName(tag: string, language: string | null): string {
  try {
    return tag && (new Intl.DisplayNames(language || undefined, { type: 'language' }).of(tag) ?? tag);
  } catch {
    return tag;
  }
}

type Fact = [label: string, text: string];

function factsOf(c: Customer, e: Escalation, language: string | null): Fact[] {
  const there = timeThere(c.timeZone, language);
  const facts: Fact[] = [
    [say('customer.phone'), c.phone || (c.phoneAsGiven ?? '')],
    [say('customer.email'), c.email || (c.emailAsGiven ?? '')],
    [say('customer.language'), languageName(c.locale, language)],
    [say('customer.time'), there && `${there} (${c.timeZone})`],
    [say('customer.intent'), e.intent],
    [say('customer.trigger'), e.conversation?.trigger ?? ''],
    ...Object.entries(e.conversation?.attributes ?? {}),
  ];
  return facts.filter(([, text]) => text);
}

/** All that is known of the customer, and what else they wait for. */
export function CustomerFacts({ e, language }: { e: Escalation; language: string | null }) {
  const facts = factsOf(e.customer, e, language);
  return (
    <>
      <section class="card facts" aria-labelledby="customer">
        <h3 id="customer">{say('work.customer')}</h3>
        <p class="name"><Theirs text={e.customer.name || say('customer.nameless')} /></p>
        {facts.length > 0 && <dl>{facts.map(([label, text]) => <div key={label}><dt><Theirs text={label} /></dt><dd><Folded text={text} /></dd></div>)}</dl>}
      </section>
      <section class="card facts" aria-labelledby="request">
        <h3 id="request">{say('customer.request')}</h3>
        <dl>
          <div><dt>{say('customer.department')}</dt><dd><bdi>{e.departmentName ?? say('live.none')}</bdi></dd></div>
          <div><dt>{say('customer.why')}</dt><dd>{reasonOf(e)}</dd></div>
          <div><dt>{say('customer.since')}</dt><dd><time dateTime={e.createdAt}>{dayTime(e.createdAt, language)}</time></dd></div>
          {e.acceptedAt && <div><dt>{say('customer.taken')}</dt><dd><time dateTime={e.acceptedAt}>{time(e.acceptedAt, language)}</time></dd></div>}
        </dl>
      </section>
      <AsSent all={e.conversation?.asSent ?? {}} />
      <Callbacks list={(e.customerCallbacks ?? []).filter((c) => c.state === 'open' || c.state === 'claimed')} language={language} />
    </>
  );
}

/** What had no place, or was cut: as the platform sent it. */
function AsSent({ all }: { all: Record<string, unknown> }) {
  const entries = Object.entries(all);
  if (entries.length === 0) return null;
  return (
    <details class="card facts">
      <summary>{say('customer.asSent')}</summary>
      <dl>{entries.map(([path, value]) => <div key={path}><dt><Theirs text={path} /></dt><dd><Folded text={typeof value === 'string' ? value : JSON.stringify(value, null, 1)} /></dd></div>)}</dl>
    </details>
  );
}

/** The calls that the customer waits for besides. */
function Callbacks({ list, language }: { list: OwnCallback[]; language: string | null }) {
  if (list.length === 0) return null;
  return (
    <section class="card" aria-labelledby="waits">
      <h3 id="waits">{say('customer.callbacks')}</h3>
      <ul class="lines">
        {list.map((c) => (
          <li key={c.id}>
            <Link to={`/callbacks/${c.id}`}>{callbackWords(c, language)}</Link>
            {c.summary && <Folded text={c.summary} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** When a callback is due, for which department, and who has it. */
export const callbackWords = (c: OwnCallback, language: string | null): string =>
  [say('callbacks.due', { time: dayTime(c.dueAt, language) }), c.departmentName, c.claimedBy && say('callbacks.by', { name: c.claimedBy.firstName })].filter(Boolean).join(' · ');
