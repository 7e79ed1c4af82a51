// My work: one screen for whoever takes customers, on a phone first. What rings fills it.
import { useState } from 'preact/hooks';
import { type Availability, type Member, call } from './api';
import { Open } from './open';
import { Icon, useDoing, useTitle } from './parts';
import { useWork } from './poll';
import { Presence, Sound } from './presence';
import { Ringing, device, useAlive, useGone, useRing } from './ringing';
import { unlock } from './sound';
import { time } from './times';
import { say } from './words';
import { keyOf } from './work';

export function MyWork({ me, setMe, leave }: { me: Member; setMe: (m: Member) => void; leave: (device: string) => void }) {
  useTitle(say('me.title'));
  const online = me.availability.status === 'online';
  const work = useWork(online);
  const { busy, wrong, run } = useDoing();
  const items = work.found?.items ?? [];
  const offers = items.filter((e) => e.offer?.memberId === me.id);
  const mine = items.filter((e) => e.assignedTo?.id === me.id);
  const offer = useAlive(offers, work.found?.deadlines ?? {});
  const [news, tell] = useState('');
  const gone = useGone(offers, tell);
  useRing(offer);
  const turn = (status: 'online' | 'offline') => run(async () => {
    if (status === 'online') await unlock().catch(() => undefined);
    const a = await call<Availability>('PUT', '/v1/me/presence', { status });
    setMe({ ...me, availability: a.body });
    work.order({ kind: 'now' });
  });
  return (
    <main class="me">
      <header class="top">
        <h1>{say('me.whose', { name: me.firstName })}</h1>
        <button class="quiet" onClick={() => leave(device)}><Icon name="log-out" />{say('me.signOut')}</button>
      </header>
      {work.awaySince && <p class="bar bad" role="status"><Icon name="wifi-off" />{say('me.noNetwork', { time: time(work.awaySince, me.language) })}</p>}
      {online && <Sound />}
      <Presence me={me} online={online} busy={busy} wrong={wrong} turn={turn} />
      <p class="news" role="status">{news}</p>
      {offer && <Ringing key={keyOf(offer)} e={offer} ends={work.found!.deadlines[keyOf(offer)]!} more={offers.length - 1} done={(said) => { gone.mine(offer); tell(said); work.order({ kind: 'now' }); }} />}
      {mine.length === 0 && !offer && <p class="empty">{say('me.nothing')}</p>}
      {mine.map((e) => <Open key={e.id} id={e.id} me={me} done={() => work.order({ kind: 'now' })} />)}
    </main>
  );
}
