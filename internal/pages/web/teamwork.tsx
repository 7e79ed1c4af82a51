// What is open, as it is listed before somebody or something goes.
import { type Member } from './api';
import { type CallbackPage, dueWords, nameOf } from './callback';
import type { LiveWork } from './live';
import { Icon, Theirs } from './parts';
import { time } from './times';
import { say } from './words';

/** How many are named; the others are counted. */
const named = 10;

const Others = ({ n, more }: { n: number; more?: boolean }) => n > named || more ? <li>{say(more ? 'team.others.more' : 'team.others', { n: n - named })}</li> : null;

/** Works, and at whom each is. */
export const Works = ({ works, me }: { works: LiveWork[]; me: Member }) => (
  <ul class="plain">
    {works.slice(0, named).map((w) => (
      <li key={w.escalationId}>
        <Icon name={w.channel === 'call' ? 'phone' : 'message-circle'} />
        <span>
          {say(w.channel === 'call' ? 'live.aCall' : 'live.aChat')} · <bdi>{w.departmentName ?? say('live.none')}</bdi>{' · '}
          {w.offer ? say('live.at', { name: w.offer.firstName }) : say('live.with', { name: w.assignedTo?.firstName ?? '' })}
          {!w.offer && w.acceptedAt && ` ${say('live.since', { time: time(w.acceptedAt, me.language) })}`}
        </span>
      </li>
    ))}
    <Others n={works.length} />
  </ul>
);

interface CallbacksProps { page: CallbackPage; words: 'departments.delete.callbacks' | 'member.delete.callbacks'; me: Member }

/** Callbacks, under a sentence that says what becomes of them. */
export function Callbacks({ page, words, me }: CallbacksProps) {
  const n = page.items.length;
  if (n === 0) return null;
  return (
    <>
      <p>{say(words, { n })}</p>
      <ul class="plain">
        {page.items.slice(0, named).map((c) => <li key={c.id}><span><Theirs text={nameOf(c.customer)} /> · {dueWords(c, me.language)}</span></li>)}
        <Others n={n} more={Boolean(page.nextCursor)} />
      </ul>
    </>
  );
}
