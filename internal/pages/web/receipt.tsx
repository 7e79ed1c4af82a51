// How each turn was dealt, in words: why her, and why not me.
import { Unread, Waiting } from './asof';
import { useResource } from './resource';
import { time } from './times';
import { isWord, say } from './words';

interface Candidate { memberId: string; firstName: string | null; reason: string; place: number }

interface Dealt {
  offer: number; at: string; rotation: string; asked: string; departmentName: string | null; overflow: boolean; directed: boolean; ticket: number;
  candidates: Candidate[]; others: Record<string, number>;
}

/** A reason in a word or two. */
const reasonOf = (reason: string, department: string): string => {
  const key = `why.${reason}`;
  return isWord(key) ? say(key, { department }) : reason;
};

const nameOf = (c: Candidate): string => c.firstName ?? say('why.removed');

/** The receipts of an escalation: for admins, whom alone the API tells them. */
export function Receipt({ id, language }: { id: string; language: string | null }) {
  const { value, failed, again } = useResource<{ items: Dealt[] }>(`/v1/escalations/${id}/routing`, 10_000, 60_000);
  if (!value) return failed ? <Unread failed={failed} again={again} /> : <Waiting />;
  if (value.items.length === 0) return <p class="empty">{say('why.none')}</p>;
  return <div class="receipts">{value.items.map((d) => <Turn key={d.at + d.offer} d={d} language={language} />)}</div>;
}

/** One turn: what was decided in sentences, and each member in the order of the rotation. */
function Turn({ d, language }: { d: Dealt; language: string | null }) {
  const department = d.departmentName ?? say('live.none');
  const others = Object.entries(d.others).map(([reason, n]) => `${n} ${reasonOf(reason, department)}`);
  const title = d.offer ? say('why.offer', { n: d.offer, time: time(d.at, language, true) }) : say('why.noOffer', { time: time(d.at, language, true) });
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <p>{sentences(d, department)}</p>
      {d.candidates.length > 0 && (
        <table class="why">
          <thead><tr><th scope="col">{say('why.member')}</th><th scope="col">{say('why.why')}</th><th scope="col">{say('why.place')}</th></tr></thead>
          <tbody>
            {d.candidates.map((c) => (
              <tr key={c.memberId} class={c.reason === 'offered' ? 'chosen' : ''}>
                <th scope="row"><bdi>{nameOf(c)}</bdi></th><td>{reasonOf(c.reason, department)}</td><td>{c.place ? say('why.ticket', { n: c.place }) : say('why.noPlace')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {others.length > 0 && <p class="about">{say('why.others', { list: others.join(', ') })}</p>}
    </section>
  );
}

function sentences(d: Dealt, department: string): string {
  const chosen = d.candidates.find((c) => c.reason === 'offered');
  const said: string[] = [];
  if (d.overflow) said.push(say('why.overflow', { department }));
  if (!chosen) said.push(say('why.nobody'));
  else if (d.directed) said.push(say('why.directed', { name: nameOf(chosen) }));
  else {
    said.push(say(chosen.place ? 'why.lowest' : 'why.first', { name: nameOf(chosen), place: chosen.place, ticket: d.ticket }));
    if (d.rotation === 'everyone' && d.asked !== 'everyone') said.push(say('why.team'));
  }
  return said.join(' ');
}
