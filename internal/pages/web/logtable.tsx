// The log as a table, and as a card each where there is little room.
import { Icon, Link, Theirs } from './parts';
import { reasonOf } from './ringing';
import { dayTime } from './times';
import { type Word, isWord, say } from './words';
import { type Escalation } from './work';

const columns: Word[] = ['log.time', 'work.customer', 'log.channel', 'log.reason', 'log.outcome', 'log.who', 'log.answered'];

/** How it stands, or how it ended, in a word or two. */
function endOf(e: Escalation): string {
  if (e.state === 'cancelled') return say(e.drill ? 'did.untaken' : 'log.is.cancelled');
  if (e.state !== 'completed') return say(`log.is.${e.state}`);
  const key = `log.was.${e.outcome}`;
  return isWord(key) ? say(key) : say('log.state.completed');
}

/** How many seconds there are between two times of the API, whose seconds are whole. */
export const secondsBetween = (from: string, to: string): number => Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));

/** A length of time in the largest units that say enough. */
export function lasting(seconds: number): string {
  if (seconds < 120) return say('log.seconds', { n: seconds });
  if (seconds < 7200) return say('log.minutes', { n: Math.floor(seconds / 60) });
  return say('log.hours', { n: Math.floor(seconds / 3600) });
}

/** The beginning of a text that is whole elsewhere; no character is cut in halves. */
const shortOf = (text: string): string => text.length > 90 ? `${text.slice(0, 80).replace(/[\ud800-\udbff]$/, '')} …` : text;

// The roles are named, since a browser forgets those of a table that is no table on a phone.
export function LogTable({ items, language }: { items: Escalation[]; language: string | null }) {
  return (
    <div class="log-list">
      <table role="table" class="log-table">
        <thead role="rowgroup"><tr role="row">{columns.map((word) => <th role="columnheader" scope="col" key={word}>{say(word)}</th>)}</tr></thead>
        <tbody role="rowgroup">{items.map((e) => <Row key={e.id} e={e} language={language} />)}</tbody>
      </table>
    </div>
  );
}

function Row({ e, language }: { e: Escalation; language: string | null }) {
  const who = e.assignedTo ?? e.offer;
  const open = e.state === 'ringing' || e.state === 'active';
  return (
    <tr role="row" class={open ? 'open' : ''}>
      <td role="cell" class="at"><time dateTime={e.createdAt}>{dayTime(e.createdAt, language)}</time></td>
      <th role="rowheader" scope="row" class="customer">
        <Link to={`/log/${e.id}`}><Theirs text={e.customer.name || e.customer.phone || e.customer.email || say('customer.nameless')} /></Link>{e.drill && <span class="tag">{say('offer.drill')}</span>}
        {e.summary && <span class="short"><Theirs text={shortOf(e.summary)} /></span>}
      </th>
      <td role="cell" class="channel"><Icon name={e.channel === 'call' ? 'phone' : 'message-circle'} /> {say(e.channel === 'call' ? 'live.aCall' : 'live.aChat')}</td>
      <td role="cell" class="reason">{reasonOf(e)}{e.departmentName && <span class="soft"><bdi>{e.departmentName}</bdi></span>}</td>
      <td role="cell" class="end">{endOf(e)}{e.verdict === 'assistant_should_know' && <span class="soft">{say('log.shouldKnow')}</span>}</td>
      <td role="cell" class={who ? 'who' : 'who none'}><bdi>{who?.firstName ?? '–'}</bdi></td>
      <td role="cell" class={e.acceptedAt ? 'answered' : 'answered none'} data-label={say('log.answered')}>{e.acceptedAt ? lasting(secondsBetween(e.createdAt, e.acceptedAt)) : '–'}</td>
    </tr>
  );
}
