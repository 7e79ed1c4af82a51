// Live: what goes on now. The sentence on top says what a customer who asks would meet.
import { type Availability, type Member } from './api';
import { Icon, useTitle } from './parts';
import { useResource } from './resource';
import { go } from './router';
import { dayTime, time } from './times';
import { isWord, say } from './words';

interface Counts { call: number; chat: number }
interface Agent { id: string; firstName: string }

interface LiveWork {
  escalationId: string; channel: 'call' | 'chat'; reason: string; departmentName: string | null; drill: boolean; transfer: boolean;
  offer: { number: number; memberId: string; firstName: string; ringingUntil: string; ringingSeconds: number } | null;
  assignedTo: Agent | null; createdAt: string; acceptedAt: string | null;
}

interface LiveDepartment extends Counts { id: string; name: string; ringing: number; active: number; callbacksOpen: number; callbacksOverdue: number }

interface LiveView {
  at: string; timeZoneData: string; now: Counts; inBusinessHours: boolean; nextAt: string | null;
  departments: LiveDepartment[]; noDepartment: { ringing: number; active: number; callbacksOpen: number; callbacksOverdue: number };
  members: { id: string; firstName: string; availability: Availability; work: { escalationId: string; channel: 'call' | 'chat'; state: string; since: string }[] }[];
  ringing: LiveWork[]; active: LiveWork[]; more: boolean;
}

/** How often a page that is shown looks, and one that is not, in milliseconds. */
const shown = 2000, hidden = 15_000;

export function Live({ me }: { me: Member }) {
  useTitle(say('live.title'));
  const { value: live, at, failed } = useResource<LiveView>('/v1/live', shown, hidden);
  if (!live) return <main class="wide" aria-busy={!failed}><h1>{say('live.title')}</h1>{failed && <p class="wrong" role="alert">{failed}</p>}</main>;
  const nobody = live.inBusinessHours && live.now.call === 0 && live.now.chat === 0;
  return (
    <main class="wide">
      <h1 class={nobody ? 'sentence bad' : 'sentence'} aria-live="polite">{sentence(live, me)}</h1>
      {failed && <p class="bar warn" role="status"><Icon name="wifi-off" />{say('live.old', { time: time(at, me.language) })}</p>}
      <Departments live={live} />
      <section aria-labelledby="people">
        <h2 id="people">{say('live.people')}</h2>
        <ul class="people">
          {live.members.map((m) => (
            <li key={m.id}>
              <strong><bdi>{m.firstName}</bdi></strong>
              <span class={m.availability.because === 'receiving' ? 'ok' : 'soft'}>{stateOf(m.availability, me)}</span>
              {m.work.map((w) => <a href={`/escalations/${w.escalationId}`} onClick={(e) => { e.preventDefault(); go(`/escalations/${w.escalationId}`); }}><Icon name={w.channel === 'call' ? 'phone' : 'message-circle'} />{say('live.since', { time: time(w.since, me.language) })}</a>)}
            </li>
          ))}
        </ul>
      </section>
      <Works title={say('live.ringing')} works={live.ringing} me={me} />
      <Works title={say('live.active')} works={live.active} me={me} />
      {live.more && <p class="soft">{say('live.more')}</p>}
    </main>
  );
}

function sentence(live: LiveView, me: Member): string {
  const next = live.nextAt ? ' ' + say('live.next', { time: dayTime(live.nextAt, me.language) }) : '';
  if (live.now.call === 0 && live.now.chat === 0) return say('live.nobody') + next;
  return say('live.now', { call: say('live.calls', { n: live.now.call }), chat: say('live.chats', { n: live.now.chat }) });
}

function stateOf(a: Availability, me: Member): string {
  const key = `state.${a.because}`;
  const words = isWord(key) ? say(key) : a.because;
  if (a.because === 'receiving' && a.shiftEndsAt) return say('state.until', { state: words, time: time(a.shiftEndsAt, me.language) });
  if (a.because === 'off_shift' && a.nextShiftAt) return say('state.from', { state: words, time: dayTime(a.nextShiftAt, me.language) });
  return words;
}

function Departments({ live }: { live: LiveView }) {
  const head = ['live.department', 'live.call', 'live.chat', 'live.ringing', 'live.active', 'live.callbacks', 'live.overdue'] as const;
  return (
    <div class="scroll">
      <table>
        <thead><tr>{head.map((h) => <th scope="col">{say(h)}</th>)}</tr></thead>
        <tbody>
          {live.departments.map((d) => (
            <tr key={d.id}>
              <th scope="row"><bdi>{d.name}</bdi></th><td>{d.call}</td><td>{d.chat}</td><td>{d.ringing}</td><td>{d.active}</td><td>{d.callbacksOpen}</td>
              <td class={d.callbacksOverdue ? 'bad' : ''}>{d.callbacksOverdue}</td>
            </tr>
          ))}
          <tr><th scope="row">{say('live.none')}</th><td /><td /><td>{live.noDepartment.ringing}</td><td>{live.noDepartment.active}</td><td>{live.noDepartment.callbacksOpen}</td><td>{live.noDepartment.callbacksOverdue}</td></tr>
        </tbody>
      </table>
    </div>
  );
}

function Works({ title, works, me }: { title: string; works: LiveWork[]; me: Member }) {
  if (works.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul class="works">
        {works.map((w) => (
          <li key={w.escalationId}>
            <a href={`/escalations/${w.escalationId}`} onClick={(e) => { e.preventDefault(); go(`/escalations/${w.escalationId}`); }}>
              <Icon name={w.channel === 'call' ? 'phone' : 'message-circle'} />{w.departmentName ?? say('live.none')}
            </a>
            {w.drill && <span class="tag">{say('offer.drill')}</span>}
            {w.offer && <span>{say('live.at', { name: w.offer.firstName, time: time(w.offer.ringingUntil, me.language, true) })}</span>}
            {w.assignedTo && <span>{say('live.with', { name: w.assignedTo.firstName, time: time(w.acceptedAt ?? w.createdAt, me.language) })}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
