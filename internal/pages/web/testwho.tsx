// Who would ring now, and why the others would not.
import { useState } from 'preact/hooks';
import { type Availability, type Member } from './api';
import { Unread, Waiting } from './asof';
import { useAtWork } from './atwork';
import { lookOf, stateOf } from './livepeople';
import { useDoing } from './parts';
import { useResource } from './resource';
import { type Goal } from './testform';
import { say } from './words';

interface Available { id: string; firstName: string; receiving: { call: boolean; chat: boolean }; availability: Availability }
interface Team { members: Available[] }

/** How many names are said before the rest is counted, and how many people are listed unasked. */
const mostNames = 5, mostPeople = 8;

function namesOf(list: Available[], language: string | null): string {
  const names = list.slice(0, mostNames).map((m) => m.firstName);
  if (list.length > mostNames) names.push(say('test.others', { n: list.length - mostNames }));
  return new Intl.ListFormat(language || undefined).format(names);
}

export function Who({ goal, me, department }: { goal: Goal; me: Member; department: string }) {
  const everyone = useResource<Team>('/v1/availability', 5000, 60_000);
  const there = goal.to === 'department' && goal.departmentId ? `/v1/departments/${goal.departmentId}/availability` : '/v1/availability';
  const asked = useResource<Team>(there, 5000, 60_000);
  const account = useResource<{ overflow: string }>('/v1/account');
  if (!asked.value) return <section class="card test-who" aria-labelledby="who"><h2 id="who">{say('test.who')}</h2>{asked.failed ? <Unread failed={asked.failed} again={asked.again} /> : <Waiting />}</section>;
  const takes = (m: Available) => m.receiving[goal.channel];
  const all = asked.value.members.filter((m) => goal.to !== 'member' || m.id === goal.memberId);
  const free = all.filter(takes), others = all.filter((m) => !takes(m));
  const over = free.length === 0 && goal.to === 'department' && account.value?.overflow === 'everyone' ? everyone.value?.members.filter(takes) ?? [] : [];
  const nobody = free.length === 0 && over.length === 0;
  return (
    <section class="card test-who" aria-labelledby="who">
      <h2 id="who">{say('test.who')}</h2>
      <div role="status" class={nobody ? 'sentence bad' : 'sentence'}>
        <p class="stands">{nobody ? say(`test.none.${goal.channel}`) : over.length > 0 ? say('test.over', { department, names: namesOf(over, me.language) }) : say(`test.can.${goal.channel}`, { names: namesOf(free, me.language) })}</p>
        {free.length + over.length > 1 && <p>{say('test.turn')}</p>}
      </div>
      {nobody && me.availability.because !== 'receiving' && <Yourself me={me} changed={() => { asked.again(); everyone.again(); }} />}
      <People list={[...free, ...others]} takes={takes} me={me} />
    </section>
  );
}

function People({ list, takes, me }: { list: Available[]; takes: (m: Available) => boolean; me: Member }) {
  const [whole, show] = useState(false);
  if (list.length === 0) return <p class="empty">{say('test.empty')}</p>;
  return (
    <>
      <ul class="people">
        {list.slice(0, whole ? undefined : mostPeople).map((m) => <li key={m.id} class={takes(m) ? 'free' : lookOf(m.availability) === 'free' ? 'busy' : lookOf(m.availability)}><strong><span><bdi>{m.firstName}</bdi></span></strong><span class="state">{stateOf(m.availability, me)}</span></li>)}
      </ul>
      {!whole && list.length > mostPeople && <p><button class="quiet" onClick={() => show(true)}>{say('test.all', { n: list.length })}</button></p>}
    </>
  );
}

/** The page that is open is a phone as well. */
function Yourself({ me, changed }: { me: Member; changed: () => void }) {
  const { turn, online } = useAtWork();
  const { busy, wrong, run } = useDoing();
  if (online) return null;
  return (
    <div class="yourself">
      <p>{say('test.yourself', { name: me.firstName })}</p>
      <p class="row"><button class="main" disabled={busy} onClick={() => run(async () => { await turn('online'); changed(); })}>{say('me.goOnline')}</button></p>
      <div role="alert">{Object.values(wrong).flat().map((w) => <p class="wrong">{w}</p>)}</div>
    </div>
  );
}
