// People: whether each can take work, in words, what they are at, and how to take one offline.
import { useState } from 'preact/hooks';
import { type Availability, type Member, call } from './api';
import { Confirm } from './confirm';
import type { LiveMember, LiveView } from './live';
import { Icon, Link, useDoing } from './parts';
import { dayTime, time } from './times';
import { isWord, say } from './words';

interface PeopleProps { live: LiveView; me: Member; changed: () => void }

export function People({ live, me, changed }: PeopleProps) {
  const [leaving, setLeaving] = useState<LiveMember>();
  const online = live.members.filter((m) => m.availability.status === 'online').length;
  return (
    <section aria-labelledby="people">
      <h2 id="people" tabIndex={-1}>{say('live.people')} <span class="count">{say('live.people.online', { n: online, all: live.members.length })}</span></h2>
      <ul class="people">{live.members.map((m) => <Person key={m.id} m={m} me={me} leave={() => setLeaving(m)} />)}</ul>
      {leaving && <TakeOffline m={leaving} close={() => setLeaving(undefined)} changed={changed} />}
    </section>
  );
}

function Person({ m, me, leave }: { m: LiveMember; me: Member; leave: () => void }) {
  const a = m.availability;
  return (
    <li class={lookOf(a)}>
      <strong><span><bdi>{m.firstName}</bdi></span></strong>
      <span class="state">{stateOf(a, me)}</span>
      <span class="at">
        {m.work.map((w) => (
          <Link key={w.escalationId} to={`/escalations/${w.escalationId}`}>
            <Icon name={w.channel === 'call' ? 'phone' : 'message-circle'} />
            <span>{say(w.state === 'ringing' ? 'live.rings' : w.channel === 'call' ? 'live.aCall' : 'live.aChat')} <time dateTime={w.since}>{say('live.since', { time: time(w.since, me.language) })}</time></span>
          </Link>
        ))}
      </span>
      {a.status === 'online' && <button class="quiet" aria-label={say('live.offline.of', { name: m.firstName })} onClick={leave}>{say('live.offline')}</button>}
    </li>
  );
}

/** Whether somebody can take work, has enough, or cannot. */
export function lookOf(a: Availability): string {
  if (a.because === 'receiving') return 'free';
  return a.because === 'on_call' || a.because === 'at_capacity' ? 'busy' : 'away';
}

/** Whether somebody can take work, and until or from when, in words. */
export function stateOf(a: Availability, me: Member): string {
  const key = `state.${a.because}`;
  const words = isWord(key) ? say(key) : a.because;
  if (a.because === 'receiving') {
    const takes = a.receiving.call && a.receiving.chat ? words : say(a.receiving.call ? 'state.calls' : 'state.chats');
    return a.shiftEndsAt ? say('state.until', { state: takes, time: dayTime(a.shiftEndsAt, me.language) }) : takes;
  }
  if (a.because === 'off_shift' && a.nextShiftAt) return say('state.from', { state: words, time: dayTime(a.nextShiftAt, me.language) });
  if (a.status === 'online' && a.shiftEndsAt) return say('state.until', { state: words, time: time(a.shiftEndsAt, me.language) });
  return words;
}

function TakeOffline({ m, close, changed }: { m: LiveMember; close: () => void; changed: () => void }) {
  const { busy, wrong, run } = useDoing();
  const does = () => run(async () => {
    await call('PUT', `/v1/members/${m.id}/presence`, { status: 'offline' });
    changed();
    close();
    setTimeout(() => document.getElementById('people')?.focus({ preventScroll: true })); // the button goes
  });
  return (
    <Confirm title={say('live.offline.title', { name: m.firstName })} yes={say('live.offline.yes')} busy={busy} wrong={wrong} does={does} close={close}>
      <p>{say('live.offline.why')}</p>
    </Confirm>
  );
}
