// Where it rings: phones that get pushes, and the page that counts as open.
import { useEffect, useState } from 'preact/hooks';
import { type Member, call } from './api';
import { useAtWork } from './atwork';
import { AsOf, Unread, Waiting } from './asof';
import { Confirm, useTold } from './confirm';
import { useDoing } from './parts';
import { beginPhone, phoneId, usePhone } from './phone';
import { useResource } from './resource';
import { Group } from './settings';
import { dayTime, time } from './times';
import { isWord, say } from './words';

interface Device { id: string; platform: string; updatedAt: string; working: boolean; until?: string }

const platformOf = ({ platform }: Device): string => {
  const key = `device.${platform}`;
  return isWord(key) ? say(key) : platform;
};

/** What a device is called where it is one of several. */
const nameOf = (d: Device): string => `${platformOf(d)} ${d.id}`;

export function YourDevices({ me }: { me: Member }) {
  const { value, at, failed, again } = useResource<{ items: Device[] }>('/v1/me/devices');
  const { standing } = usePhone();
  useEffect(() => { if (value) again(); }, [standing]); // this one came, or was renewed
  const [leaving, leave] = useState<Device>();
  const [told, tell] = useTold();
  const removed = (d: Device) => {
    tell(say('you.devices.gone', { name: nameOf(d) }));
    leave(undefined);
    again();
    if (d.id === phoneId()) void beginPhone(me.id); // which tells that it rings here no more
  };
  return (
    <Group title={say('you.devices')} why={say('you.devices.why')}>
      {!value && (failed ? <Unread failed={failed} again={again} /> : <Waiting />)}
      {value && <AsOf at={at} failed={failed} language={me.language} />}
      {value?.items.length === 0 && <p class="empty">{say('you.devices.none')}</p>}
      <ul class="things">{value?.items.map((d) => <Row key={d.id} d={d} me={me} leave={() => leave(d)} again={again} />)}</ul>
      {told}
      {leaving && <Remove d={leaving} last={leaving.working && !value?.items.some((d) => d.id !== leaving.id && d.platform !== 'open_page' && d.working)} close={() => leave(undefined)} done={() => removed(leaving)} />}
    </Group>
  );
}

interface RowProps { d: Device; me: Member; leave: () => void; again: () => void }

function Row({ d, me, leave, again }: RowProps) {
  const { busy, wrong, run } = useDoing();
  const [sent, set] = useState(0);
  const test = () => run(async () => {
    set(0);
    try {
      await call('POST', `/v1/me/devices/${encodeURIComponent(d.id)}/test`);
      set(Date.now());
    } finally {
      again(); // one that refuses it is noted
    }
  });
  if (d.platform === 'open_page') {
    return <li><p><b>{platformOf(d)}</b><small>{d.until && say('you.devices.until', { time: time(d.until, me.language) })}</small></p></li>;
  }
  return (
    <li>
      <p>
        <b>{platformOf(d)}</b> <bdi class="soft">{d.id}</bdi>{d.id === phoneId() && <> <span class="tag">{say('you.sessions.this')}</span></>}
        <small><span class={d.working ? '' : 'wrong'}>{say(d.working ? 'you.devices.works' : 'you.devices.refuses')}</span> · {say('you.devices.since', { time: dayTime(d.updatedAt, me.language) })}</small>
      </p>
      <p class="row">
        <button class="quiet" disabled={busy} aria-label={say('you.devices.test.of', { name: nameOf(d) })} onClick={test}>{say('you.devices.test')}</button>
        <button class="quiet" aria-label={say('you.devices.remove.of', { name: nameOf(d) })} onClick={leave}>{say('you.devices.remove')}</button>
      </p>
      <p class="about" role="status">{sent > 0 && say('phone.sent', { time: time(sent, me.language, true) })}</p>
      <div role="alert">{Object.values(wrong).flat().map((w) => <p class="wrong">{w}</p>)}</div>
    </li>
  );
}

function Remove({ d, last, close, done }: { d: Device; last: boolean; close: () => void; done: () => void }) {
  const { look } = useAtWork();
  const { busy, wrong, run } = useDoing();
  const does = () => run(async () => {
    await call('DELETE', `/v1/me/devices/${encodeURIComponent(d.id)}`);
    look(); // whoever went offline by it learns so at once
    done();
  });
  return (
    <Confirm title={say('you.devices.remove.title')} yes={say('you.devices.remove')} busy={busy} wrong={wrong} does={does} close={close}>
      <p>{say('you.devices.remove.why', { name: nameOf(d) })}</p>
      {last && <p>{say('you.devices.remove.last')}</p>}
    </Confirm>
  );
}
