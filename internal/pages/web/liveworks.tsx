// What rings, at whom and for how many seconds; what is active, with whom and for how many minutes.
import { useCallback, useState } from 'preact/hooks';
import { type Member } from './api';
import { type LiveWork, offerKey } from './live';
import { Icon } from './parts';
import { Receipt } from './receipt';
import { go } from './router';
import { secondsUntil, useTicking } from './ticking';
import { time } from './times';
import { say } from './words';

interface WorksProps { title: string; works: LiveWork[]; deadlines: Map<string, number>; fromServer: () => number; me: Member }

export function Works({ title, works, deadlines, fromServer, me }: WorksProps) {
  if (works.length === 0) return null;
  const id = title.toLowerCase();
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title} <span class="count">{works.length}</span></h2>
      <ul class="works">{works.map((w) => <Work key={w.escalationId} w={w} ends={deadlines.get(offerKey(w))} fromServer={fromServer} me={me} />)}</ul>
    </section>
  );
}

interface WorkProps { w: LiveWork; ends: number | undefined; fromServer: () => number; me: Member }

function Work({ w, ends, fromServer, me }: WorkProps) {
  const [why, ask] = useState(false);
  const about = `/escalations/${w.escalationId}`;
  return (
    <li>
      <p class="what">
        <Icon name={w.channel === 'call' ? 'phone' : 'message-circle'} />
        <span>{say(w.channel === 'call' ? 'live.aCall' : 'live.aChat')} · <bdi>{w.departmentName ?? say('live.none')}</bdi></span>
        {w.drill && <span class="tag">{say('offer.drill')}</span>}
      </p>
      <p class="who">
        {w.assignedTo && <span>{say('live.with', { name: w.assignedTo.firstName })} <Minutes since={w.acceptedAt ?? w.createdAt} fromServer={fromServer} me={me} /></span>}
        {w.offer && <span>{say(w.transfer ? 'live.to' : 'live.at', { name: w.offer.firstName })} {ends !== undefined && <Seconds ends={ends} />}</span>}
      </p>
      <p class="row acts">
        <button class="quiet" aria-expanded={why} onClick={() => ask(!why)}>{say('live.why')}</button>
        <a class="button" href={about} onClick={(e) => { e.preventDefault(); go(about); }}>{say('live.open')}</a>
      </p>
      {why && <Receipt id={w.escalationId} language={me.language} />}
    </li>
  );
}

/** How long it rings on. */
function Seconds({ ends }: { ends: number }) {
  const n = useTicking(useCallback(() => secondsUntil(ends), [ends]));
  return <strong class="seconds-left">{say('live.seconds', { n })}</strong>;
}

/** For how long somebody has had it. */
export function Minutes({ since, fromServer, me }: { since: string; fromServer: () => number; me: Member }) {
  const n = useTicking(useCallback(() => Math.max(0, Math.floor((fromServer() - Date.parse(since)) / 60_000)), [since]));
  return <time dateTime={since}>{say('live.since', { time: time(since, me.language) })}{n > 0 && `, ${say('live.minutes', { n })}`}</time>;
}
