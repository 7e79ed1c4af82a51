// Team Members: who is there, what they do, whether it can ring at them. Several can be chosen at once.
import { useState } from 'preact/hooks';
import { type Member } from './api';
import { AsOf, Unread, Waiting } from './asof';
import { lookOf, stateOf } from './livepeople';
import { More, useMore } from './more';
import type { ScreenProps } from './office';
import { Link, useTitle } from './parts';
import { useResource } from './resource';
import { type TeamMember, type TeamPage, fullName, hoursOf, phoneOf } from './team';
import { type Choice, Filters, addressOf, asked } from './teamfilters';
import { Several } from './teamseveral';
import { say } from './words';

export function Team({ me }: ScreenProps) {
  useTitle(say('team.title'));
  const [choice, choose] = useState<Choice>(asked);
  const [chosen, setChosen] = useState<ReadonlyMap<string, TeamMember>>(new Map());
  const address = addressOf(choice);
  const { value: page, at, failed, again } = useResource<TeamPage>(address, 15_000);
  const more = useMore(address, page);
  const items = page ? more.all : [];
  const filtered = Boolean(choice.text || choice.department || choice.status);
  return (
    <main class="wide teamlist">
      <header class="head">
        <h1 id="team" tabIndex={-1}>{say('team.title')} {page && <span class="count">{say(more.cursor ? 'team.count.more' : 'team.count', { n: items.length })}</span>}</h1>
        <p class="row"><Link to="/team/new" class="button main">{say('team.add')}</Link><Link to="/team/import" class="button">{say('team.import')}</Link></p>
      </header>
      <Filters choice={choice} choose={choose} />
      <Several chosen={chosen} setChosen={setChosen} me={me} changed={() => { more.forget(); again(); }} />
      {page && <AsOf at={at} failed={failed} language={me.language} />}
      {!page && (failed ? <Unread failed={failed} again={again} /> : <Waiting />)}
      {page && items.length === 0 && <p class="empty">{say(filtered ? 'team.none.here' : 'team.none')}</p>}
      {page && items.length < 2 && !filtered && <p class="empty">{say('team.alone')}</p>}
      {items.length > 0 && <List items={items} chosen={chosen} setChosen={setChosen} me={me} />}
      <More more={more} />
    </main>
  );
}

interface ListProps { items: TeamMember[]; chosen: ReadonlyMap<string, TeamMember>; setChosen: (chosen: ReadonlyMap<string, TeamMember>) => void; me: Member }

function List({ items, chosen, setChosen, me }: ListProps) {
  const all = items.every((m) => chosen.has(m.id));
  const pick = (some: TeamMember[], is: boolean) => {
    const next = new Map(chosen);
    for (const m of some) if (is) next.set(m.id, m); else next.delete(m.id);
    setChosen(next);
  };
  return (
    <section aria-label={say('team.title')}>
      <label class="check all"><input type="checkbox" checked={all} onChange={(e) => pick(items, e.currentTarget.checked)} />{say('team.all')}</label>
      <ul class="members">
        {items.map((m) => <Entry key={m.id} m={m} me={me} chosen={chosen.has(m.id)} choose={(is) => pick([m], is)} />)}
      </ul>
    </section>
  );
}

interface EntryProps { m: TeamMember; me: Member; chosen: boolean; choose: (is: boolean) => void }

function Entry({ m, me, chosen, choose }: EntryProps) {
  const phone = phoneOf(m);
  return (
    <li class={`${lookOf(m.availability)}${chosen ? ' chosen' : ''}`}>
      <label class="pick"><input type="checkbox" checked={chosen} aria-label={say('team.choose', { name: fullName(m) })} onChange={(e) => choose(e.currentTarget.checked)} /></label>
      <p class="name"><Link to={`/team/${m.id}`}><bdi>{fullName(m)}</bdi></Link><span class="soft"><bdi>{m.email}</bdi></span></p>
      <p class="what">
        <span>{say(`role.${m.role}`)}{m.id === me.id && ` · ${say('team.you')}`}</span>
        <span class="soft">{m.departmentNames.length ? m.departmentNames.map((name, i) => <>{i > 0 && ', '}<bdi>{name}</bdi></>) : say('live.none')}</span>
      </p>
      <p class="being">
        <span class="state">{stateOf(m.availability, me)}</span>
        {m.mustChangePassword && <span class="soft">{say('team.notYet')}</span>}
      </p>
      <p class="when">
        <span>{hoursOf(m, me.language)}</span>
        <span class={phone === 'refuses' ? 'wrong' : 'soft'}>{say(`team.phone.${phone}`)}</span>
      </p>
    </li>
  );
}
