// Where one is signed in, and signing out there.
import { useState } from 'preact/hooks';
import { type Member, call } from './api';
import { useAtWork } from './atwork';
import { AsOf, Unread, Waiting } from './asof';
import { Confirm, useTold } from './confirm';
import { useDoing } from './parts';
import { useResource } from './resource';
import { Group } from './settings';
import { day, dayTime } from './times';
import { say } from './words';

interface Session { id: string; deviceName: string | null; network: string | null; createdAt: string; lastUsedAt: string; current: boolean }

const nameOf = (s: Session): string => s.deviceName || say('you.sessions.unknown');

export function YourSessions({ me }: { me: Member }) {
  const { value, at, failed, again } = useResource<{ items: Session[] }>('/v1/me/sessions');
  const [ending, end] = useState<Session[]>();
  const [told, tell] = useTold();
  const others = value?.items.filter((s) => !s.current) ?? [];
  const sorted = [...value?.items.filter((s) => s.current) ?? [], ...others];
  const ended = () => {
    tell(say(ending!.length === others.length ? 'you.sessions.alone' : 'you.sessions.ended'));
    end(undefined);
    again();
  };
  return (
    <Group title={say('you.sessions')}>
      {!value && (failed ? <Unread failed={failed} again={again} /> : <Waiting />)}
      {value && <AsOf at={at} failed={failed} language={me.language} />}
      <ul class="things">{sorted.map((s) => <Row key={s.id} s={s} me={me} end={() => end([s])} />)}</ul>
      {value && others.length === 0 && <p class="empty">{say('you.sessions.none')}</p>}
      {others.length > 1 && <p><button onClick={() => end(others)}>{say('you.sessions.others')}</button></p>}
      {told}
      {ending && <End sessions={ending} close={() => { end(undefined); again(); }} done={ended} />}
    </Group>
  );
}

function Row({ s, me, end }: { s: Session; me: Member; end: () => void }) {
  const signedIn = { time: dayTime(s.createdAt, me.language), network: s.network ?? '' };
  return (
    <li>
      <p>
        <b><bdi>{nameOf(s)}</bdi></b>{s.current && <> <span class="tag">{say('you.sessions.this')}</span></>}
        <small>{say(s.network ? 'you.sessions.from' : 'you.sessions.since', signedIn)} · {say('you.sessions.used', { day: day(s.lastUsedAt, me.language) })}</small>
      </p>
      {!s.current && <p class="row"><button class="quiet" aria-label={say('you.sessions.end.of', { name: nameOf(s) })} onClick={end}>{say('you.sessions.end')}</button></p>}
    </li>
  );
}

/** Ends sessions one after the other: a call for all would end the one that asks. What was ended stays so when one fails. */
function End({ sessions, close, done }: { sessions: Session[]; close: () => void; done: () => void }) {
  const { look } = useAtWork();
  const { busy, wrong, run } = useDoing();
  const does = () => run(async () => {
    for (const s of sessions) await call('DELETE', `/v1/me/sessions/${s.id}`);
    look();
    done();
  });
  const [one] = sessions.length === 1 ? sessions : [];
  return (
    <Confirm title={say(one ? 'you.sessions.end.title' : 'you.sessions.others')} yes={say(one ? 'you.sessions.end' : 'you.sessions.others')} busy={busy} wrong={wrong} does={does} close={close}>
      <p>{one ? say('you.sessions.end.why', { name: nameOf(one) }) : say('you.sessions.others.why', { n: sessions.length })}</p>
      <p>{say('you.sessions.offline')}</p>
    </Confirm>
  );
}
