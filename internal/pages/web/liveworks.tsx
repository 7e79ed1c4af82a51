// What rings, at whom and for how many seconds; what is active, with whom and for how many minutes.
import { useCallback, useState } from 'preact/hooks';
import { Actions } from './actions';
import { type Member } from './api';
import { Unread, Waiting } from './asof';
import { type LiveWork, offerKey } from './live';
import { Icon, Link } from './parts';
import { Receipt } from './receipt';
import { useResource } from './resource';
import { useSeconds, useTicking } from './ticking';
import { time } from './times';
import { say } from './words';
import { type Escalation } from './work';

interface WorksProps { id: string; title: string; none: string; works: LiveWork[]; deadlines: Map<string, number>; fromServer: () => number; me: Member; changed: () => void }

export function Works({ id, title, none, works, deadlines, fromServer, me, changed }: WorksProps) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title} <span class="count">{works.length}</span></h2>
      {works.length === 0 && <p class="empty">{none}</p>}
      {works.length > 0 && <ul class="works">{works.map((w) => <Work key={w.escalationId} w={w} ends={deadlines.get(offerKey(w))} fromServer={fromServer} me={me} changed={changed} />)}</ul>}
    </section>
  );
}

interface WorkProps { w: LiveWork; ends: number | undefined; fromServer: () => number; me: Member; changed: () => void }

function Work({ w, ends, fromServer, me, changed }: WorkProps) {
  const [why, ask] = useState(false);
  const [managing, manage] = useState(false);
  const about = `/escalations/${w.escalationId}`;
  return (
    <li>
      <p class="what">
        <Icon name={w.channel === 'call' ? 'phone' : 'message-circle'} />
        <Link to={about}>{say(w.channel === 'call' ? 'live.aCall' : 'live.aChat')} · <bdi>{w.departmentName ?? say('live.none')}</bdi></Link>
        {w.drill && <span class="tag">{say('offer.drill')}</span>}
      </p>
      <p class="who">
        {w.assignedTo && <span>{say('live.with', { name: w.assignedTo.firstName })} <Minutes since={w.acceptedAt ?? w.createdAt} fromServer={fromServer} me={me} /></span>}
        {w.offer && <span>{say(w.transfer ? 'live.to' : 'live.at', { name: w.offer.firstName })} {ends !== undefined && <Seconds ends={ends} />}</span>}
      </p>
      <p class="row does">
        <button class="quiet" aria-expanded={why} onClick={() => ask(!why)}>{say('live.why')}</button>
        <button class="quiet" aria-expanded={managing} onClick={() => manage(!managing)}>{say('live.manage')}</button>
      </p>
      {managing && <Manage id={w.escalationId} me={me} done={() => { manage(false); changed(); }} />}
      {why && <Receipt id={w.escalationId} language={me.language} />}
    </li>
  );
}

/** Transfers or finishes what somebody else is stuck in. */
function Manage({ id, me, done }: { id: string; me: Member; done: () => void }) {
  const { value: e, failed, again } = useResource<Escalation>(`/v1/escalations/${id}`, 5000, 60_000);
  if (!e) return failed ? <Unread failed={failed} again={again} /> : <Waiting />;
  return <div class="manage"><Actions e={e} me={me} done={done} /></div>;
}

/** How long it rings on. */
function Seconds({ ends }: { ends: number }) {
  const n = useSeconds(ends);
  return <strong class="seconds-left">{say('live.seconds', { n })}</strong>;
}

/** For how long somebody has had it. */
function Minutes({ since, fromServer, me }: { since: string; fromServer: () => number; me: Member }) {
  const n = useTicking(useCallback(() => Math.max(0, Math.floor((fromServer() - Date.parse(since)) / 60_000)), [since]));
  return <time dateTime={since}>{say('live.since', { time: time(since, me.language) })}{n > 0 && `, ${say('live.minutes', { n })}`}</time>;
}
