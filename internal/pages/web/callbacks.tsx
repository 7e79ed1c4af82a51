// Callbacks: whom to call back, by when. What is overdue comes first.
import { useState } from 'preact/hooks';
import { type Member } from './api';
import { AsOf, Unread, Waiting } from './asof';
import { type Callback, type CallbackPage as Page, dueOf, dueWords, nameOf, pending, wordOf } from './callback';
import { More, useMore } from './more';
import { Link, Theirs, useTitle } from './parts';
import { useResource } from './resource';
import { Search } from './search';
import { say } from './words';

export { CallbackPage } from './callbackpage';

type Which = 'todo' | 'done' | 'dismissed';

interface Choice { which: Which; department: string; mine: boolean; customer: string }

function addressOf({ which, department, mine, customer }: Choice): string {
  const q = new URLSearchParams({ limit: '50' });
  for (const state of which === 'todo' ? ['open', 'claimed'] : [which]) q.append('state', state);
  if (department) q.set('departmentId', department);
  if (mine) q.set('mine', 'true');
  if (customer) q.set('customer', customer);
  return `/v1/callbacks?${q}`;
}

export function Callbacks({ me }: { me: Member }) {
  useTitle(say('callbacks.title'));
  const [choice, choose] = useState<Choice>({ which: 'todo', department: '', mine: false, customer: '' });
  const address = addressOf(choice);
  const { value: page, at, failed, again } = useResource<Page>(address, 10_000, 60_000);
  const more = useMore(address, page);
  const items = page ? more.all : [];
  const chosen = choice.department || choice.mine || choice.customer || choice.which !== 'todo';
  return (
    <main class="wide">
      <h1>{say('callbacks.title')}</h1>
      {page?.counts && <Counts counts={page.counts} />}
      <Filters choice={choice} choose={choose} />
      {page && <AsOf at={at} failed={failed} language={me.language} />}
      {!page && (failed ? <Unread failed={choice.customer && failed !== say('error.unread') ? `${say('callbacks.customer')} ${failed}` : failed} again={again} /> : <Waiting />)}
      {page && items.length === 0 && <p class="empty">{say(chosen ? 'callbacks.none.here' : 'callbacks.none')}</p>}
      <Groups items={items} me={me} />
      <More more={more} />
    </main>
  );
}

function Counts({ counts }: { counts: NonNullable<Page['counts']> }) {
  return (
    <p class="counts">
      {counts.overdue > 0 && <strong class="wrong">{say('callbacks.counts.overdue', { n: counts.overdue })} · </strong>}
      {say(counts.more ? 'callbacks.counts.more' : 'callbacks.counts', { open: counts.open, mine: counts.mine })}
    </p>
  );
}

function Filters({ choice, choose }: { choice: Choice; choose: (c: Choice) => void }) {
  const { value: departments } = useResource<{ items: { id: string; name: string }[] }>('/v1/departments');
  return (
    <div class="filters">
      <label class="field">{say('callbacks.state')}
        <select value={choice.which} onChange={(e) => choose({ ...choice, which: e.currentTarget.value as Which })}>
          {(['todo', 'done', 'dismissed'] as const).map((w) => <option value={w}>{say(`callbacks.${w}`)}</option>)}
        </select>
      </label>
      {departments && departments.items.length > 0 && (
        <label class="field">{say('callbacks.department')}
          <select value={choice.department} onChange={(e) => choose({ ...choice, department: e.currentTarget.value })}>
            <option value="">{say('callbacks.all')}</option>
            {departments.items.map((d) => <option value={d.id}>{d.name}</option>)}
          </select>
        </label>
      )}
      <Search customer={choice.customer} find={(customer) => choose({ ...choice, customer })} />
      <label class="check"><input type="checkbox" checked={choice.mine} onChange={(e) => choose({ ...choice, mine: e.currentTarget.checked })} />{say('callbacks.mine')}</label>
    </div>
  );
}

function Groups({ items, me }: { items: Callback[]; me: Member }) {
  const groups = [
    ['overdue', items.filter((c) => pending(c) && dueOf(c) === 'overdue')],
    ['today', items.filter((c) => pending(c) && dueOf(c) === 'today')],
    ['later', items.filter((c) => pending(c) && dueOf(c) === 'later')],
    ['ended', items.filter((c) => !pending(c))],
  ] as const;
  return groups.map(([when, list]) => list.length > 0 && (
    <section aria-labelledby={when} key={when}>
      <h2 id={when} class={when === 'overdue' ? 'wrong' : ''}>{say(`callbacks.${when}`)} <span class="count">{list.length}</span></h2>
      <ul class={`calls ${when}`}>{list.map((c) => <Row key={c.id} c={c} me={me} />)}</ul>
    </section>
  ));
}

function Row({ c, me }: { c: Callback; me: Member }) {
  const last = c.attempts.at(-1);
  const facts = [
    c.departmentName ?? say('live.none'),
    pending(c) && (c.claimedBy ? say('callbacks.by', { name: c.claimedBy.firstName }) : say('callbacks.free')),
    c.entriesCount > 1 && say('callbacks.conversations', { n: c.entriesCount }),
    last && `${say('callbacks.tries', { n: c.attemptsCount })}: ${wordOf('attempt', last.outcome)}`,
  ].filter(Boolean);
  return (
    <li>
      <p class="what"><Link to={`/callbacks/${c.id}`}><Theirs text={nameOf(c.customer)} /></Link></p>
      <p class={pending(c) && dueOf(c) === 'overdue' ? 'when wrong' : 'when'}>{dueWords(c, me.language)}</p>
      <p class="facts">{facts.map((f) => <bdi>{f}</bdi>)}{c.needsContact && pending(c) && <span class="wrong">{say('callbacks.noContact')}</span>}</p>
      {c.summary && <p class="short"><Theirs text={c.summary} /></p>}
    </li>
  );
}
