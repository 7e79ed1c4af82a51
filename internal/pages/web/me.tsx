// My work: one screen for whoever takes customers, on a phone first. List, work and customer stand
// side by side where there is room.
import { useEffect, useState } from 'preact/hooks';
import { type Member } from './api';
import { useAtWork } from './atwork';
import { FirstSteps } from './managingdoor';
import { outcomeOf } from './history';
import { Open } from './open';
import { Icon, Link, Theirs, useTitle } from './parts';
import { usePhone } from './phone';
import { Presence } from './presence';
import { useResource } from './resource';
import { RingHere } from './thisphone';
import { dayTime, time } from './times';
import { say } from './words';
import { type Escalation } from './work';

export function MyWork() {
  useTitle(say('me.title'));
  const { me, open, latest, known } = useAtWork();
  const [picked, pick] = useState(latest);
  useEffect(() => pick(latest), [latest]);
  const id = picked && open.includes(picked) ? picked : open.at(-1);
  return (
    <main class={id ? 'me busy' : 'me'}>
      <div class="side">
        <h1>{say('me.whose', { name: me.firstName })}</h1>
        <Presence />
        <RingHere />
        <List open={open} id={id} pick={pick} />
      </div>
      {id ? <Open key={id} id={id} /> : known && <><FirstSteps me={me} /><Nothing /><Lately me={me} /></>}
    </main>
  );
}

/** What is open, where that is more than one. */
function List({ open, id, pick }: { open: string[]; id: string | undefined; pick: (id: string) => void }) {
  const w = useAtWork();
  if (open.length < 2) return null;
  return (
    <section aria-labelledby="open">
      <h2 id="open">{say('me.open', { n: open.length })}</h2>
      <ul class="list">
        {open.map((other) => {
          const e = w.item(other) ?? w.taken(other);
          const ended = w.known && !w.item(other);
          return (
            <li key={other}>
              <button aria-current={other === id ? 'true' : undefined} onClick={() => pick(other)}>
                <Icon name={e?.channel === 'call' ? 'phone' : 'message-circle'} />
                <span><b><Theirs text={e?.customer.name || say('customer.nameless')} /></b><small>{[e?.departmentName, ended ? say('me.ended') : e?.acceptedAt && say('live.since', { time: time(e.acceptedAt, w.me.language) })].filter(Boolean).join(' · ')}</small></span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** What would be here, and what to do that it comes. */
function Nothing() {
  const { online, me } = useAtWork();
  const { works } = usePhone();
  const receives = me.availability.because === 'receiving';
  return (
    <section class="nothing" aria-label={say('me.open', { n: 0 })}>
      <p><b>{say('me.nothing')}</b></p>
      <p class="soft">{say(receives ? works ? 'me.nothing.push' : 'me.nothing.on' : online ? 'me.nothing.later' : 'me.nothing.off')}</p>
    </section>
  );
}

/** What one has done of late, to be looked at again, or corrected. */
function Lately({ me }: { me: Member }) {
  const { value } = useResource<{ items: Escalation[] }>(`/v1/escalations?state=completed&memberId=${me.id}&limit=5`);
  if (!value?.items.length) return null;
  return (
    <section aria-labelledby="lately">
      <h2 id="lately">{say('me.lately')}</h2>
      <ul class="list">
        {value.items.map((e) => (
          <li key={e.id}>
            <Link to={`/escalations/${e.id}`}>
              <Icon name={e.channel === 'call' ? 'phone' : 'message-circle'} />
              <span><b><Theirs text={e.customer.name || say('customer.nameless')} /></b>{e.drill && <span class="tag">{say('offer.drill')}</span>}<small>{dayTime(e.endedAt ?? e.createdAt, me.language)} · {outcomeOf(e)}</small></span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
