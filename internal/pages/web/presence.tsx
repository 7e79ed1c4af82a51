// Whether it rings here, and why not: the switch, the sound, the phones.
import { useState } from 'preact/hooks';
import { type Availability, type Member, call } from './api';
import { useAtWork } from './atwork';
import { Icon, useDoing } from './parts';
import { useResource } from './resource';
import { once, setVolume, unlock, useSound, volume } from './sound';
import { dayTime, time } from './times';
import { isWord, say } from './words';

/** Why nothing rings, in words. */
export function because(a: Availability, m: Member): string {
  if (a.because === 'off_shift') return a.nextShiftAt ? say('because.off_shift', { time: dayTime(a.nextShiftAt, m.language) }) : say('because.off_shift.none');
  const key = `because.${a.because}`;
  return isWord(key) ? say(key) : a.because;
}

/** What rings, in a few words: the headline. */
function headline(a: Availability): string {
  if (a.receiving.call && a.receiving.chat) return say('me.online');
  if (a.receiving.call) return say('me.onlyCalls');
  if (a.receiving.chat) return say('me.onlyChats');
  if (a.because === 'on_call') return say('me.onCall');
  if (a.because === 'at_capacity') return say('me.full');
  return say('me.offline');
}

/** What is to be added to the headline. */
function details(a: Availability, m: Member): string {
  if (a.because !== 'receiving') return because(a, m);
  const until = a.shiftEndsAt ? say('me.until', { time: dayTime(a.shiftEndsAt, m.language) }) : '';
  return a.receiving.call && a.receiving.chat ? until : [say(a.receiving.call ? 'me.noChats' : 'me.noCalls'), until].filter(Boolean).join(' ');
}

/** The switch, and why nothing rings where nothing does. */
export function Presence() {
  const { me, online, turn } = useAtWork();
  const { busy, wrong, run } = useDoing();
  const a = me.availability;
  const kind = a.because === 'receiving' ? 'on' : a.because === 'on_call' || a.because === 'at_capacity' ? 'full' : 'off';
  const more = details(a, me);
  return (
    <section class={`presence ${kind}`} aria-label={say('me.presence')}>
      <div role="status">
        <p class="state">{headline(a)}</p>
        {a.because === 'missed_offers' ? <Missed /> : more && <p>{more}</p>}
      </div>
      {(a.because === 'unreachable' || a.because === 'no_device') && <Phones />}
      <button class={online ? '' : 'main'} role="switch" aria-checked={online} disabled={busy} onClick={() => run(() => turn(online ? 'offline' : 'online'))}>
        {say(online ? 'me.goOffline' : 'me.goOnline')}
      </button>
      <div role="alert">{Object.values(wrong).flat().map((w) => <p class="wrong">{w}</p>)}</div>
      <SoundSettings />
    </section>
  );
}

/** How many offers were missed is a setting of the account. */
function Missed() {
  const { value } = useResource<{ missedOffersUntilOffline: number }>('/v1/account');
  const n = value?.missedOffersUntilOffline;
  return <p>{n ? say('because.missed_n', { n }) : say('because.missed_offers')}</p>;
}

interface Phone { id: string; platform: string; working: boolean; until?: string }

/** The phones that pushes go to, each to be tried: nothing came where they did not answer. */
function Phones() {
  const { me } = useAtWork();
  const { value } = useResource<{ items: Phone[] }>('/v1/me/devices');
  const phones = value?.items.filter((p) => p.platform !== 'open_page') ?? [];
  const { busy, wrong, run } = useDoing();
  const [sent, set] = useState(0);
  if (!value) return null;
  if (phones.length === 0) return <p class="hint">{say('phone.none')}</p>;
  return (
    <div class="phones">
      {phones.map((p) => (
        <p class="row" key={p.id}>
          <span><bdi>{p.id}</bdi>{!p.working && <> · {say('phone.refuses')}</>}</span>
          <button disabled={busy} onClick={() => run(async () => {
            set(0);
            await call('POST', `/v1/me/devices/${encodeURIComponent(p.id)}/test`);
            set(Date.now());
          })}>{say('phone.test')}</button>
        </p>
      ))}
      <div role="status">{sent > 0 && <p>{say('phone.sent', { time: time(sent, me.language, true) })}</p>}</div>
      <div role="alert">{Object.values(wrong).flat().map((w) => <p class="wrong">{w}</p>)}</div>
    </div>
  );
}

/** Says that nothing would be heard, and mends it by the touch. */
export function SoundBar() {
  const sound = useSound();
  if (sound === 'on') return null;
  if (sound === 'none') return <p class="bar warn"><Icon name="volume-x" />{say('sound.none')}</p>;
  return <button class="bar warn" onClick={() => void unlock()}><Icon name="volume-x" />{say('me.soundOff')}</button>;
}

/** How loud it rings, and what that sounds like. */
function SoundSettings() {
  const sound = useSound();
  const [loud, set] = useState(volume);
  if (sound === 'none') return null;
  return (
    <div class="volume">
      <label><Icon name={loud ? 'volume-2' : 'volume-x'} /><span class="sr">{say('sound.volume')}</span>
        <input type="range" min="0" max="1" step="0.05" value={loud} onInput={(e) => { set(e.currentTarget.valueAsNumber); setVolume(e.currentTarget.valueAsNumber); }} />
      </label>
      <button class="quiet" onClick={() => void unlock().then(once)}>{say('sound.try')}</button>
    </div>
  );
}
