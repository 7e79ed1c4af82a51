// The log: all escalations, the newest first, narrowed by what stands in the address.
import { type Member } from './api';
import { AsOf, Unread, Waiting } from './asof';
import { asks, callOf, filterOf, goFilter } from './logfilter';
import { Filters } from './logfilters';
import { LogTable } from './logtable';
import { More, useMore } from './more';
import { Link, useTitle } from './parts';
import { useResource } from './resource';
import { useQuery } from './router';
import { say } from './words';
import { type Escalation } from './work';

interface Page { items: Escalation[]; nextCursor?: string }

const order = { keyOf: (e: Escalation) => e.id, behind: (e: Escalation, last: Escalation) => e.createdAt <= last.createdAt };

export function Log({ me }: { me: Member }) {
  useTitle(say('log.title'));
  const filter = filterOf(useQuery());
  const address = callOf(filter);
  const { value: page, at, failed, wrong, again } = useResource<Page>(address, 10_000, 60_000);
  const more = useMore(address, page, order);
  const why = Object.keys(wrong).length > 0 ? say('log.wrong') : failed;
  return (
    <main class="wide log">
      <h1>{say('log.title')}</h1>
      {me.role === 'staff' && <p class="soft">{say('log.own')}</p>}
      <Filters filter={filter} choose={goFilter} wrong={wrong} me={me} />
      {page && <AsOf at={at} failed={why} language={me.language} />}
      {!page && (failed ? <Unread failed={why} again={again} /> : <Waiting />)}
      {page && more.all.length === 0 && <None chosen={asks(filter)} me={me} />}
      {more.all.length > 0 && <LogTable items={more.all} language={me.language} />}
      <More more={more} />
    </main>
  );
}

/** What would be here, and what to do next. */
function None({ chosen, me }: { chosen: boolean; me: Member }) {
  if (chosen) return <p class="empty">{say('log.none.here')}</p>;
  return <p class="empty">{say('log.none')} {me.role !== 'staff' && <Link to="/test">{say('log.none.do')}</Link>}</p>;
}
