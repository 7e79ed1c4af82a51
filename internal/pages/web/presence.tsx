// Whether it rings here, and why not: the switch, the sound.
import { useEffect, useState } from 'preact/hooks';
import { type Availability, type Member } from './api';
import { Icon, type Wrong } from './parts';
import { audible, unlock } from './sound';
import { time } from './times';
import { isWord, say } from './words';

/** The switch, and why nothing rings where nothing does. */
export function Presence(p: { me: Member; online: boolean; busy: boolean; wrong: Wrong; turn: (s: 'online' | 'offline') => void }) {
  const a = p.me.availability;
  const why = becauseOf(a, p.me);
  return (
    <section class={p.online ? 'presence on' : 'presence off'} aria-label={say('me.title')}>
      <p class="state">{say(p.online ? 'me.online' : 'me.offline')}</p>
      <p>{a.because === 'receiving' && a.shiftEndsAt ? say('me.until', { time: time(a.shiftEndsAt, p.me.language) }) : a.because !== 'receiving' && why}</p>
      <button class="main" role="switch" aria-checked={p.online} disabled={p.busy} onClick={() => p.turn(p.online ? 'offline' : 'online')}>
        {say(p.online ? 'me.goOffline' : 'me.goOnline')}
      </button>
      <div role="alert">{Object.values(p.wrong).flat().map((w) => <p class="wrong">{w}</p>)}</div>
    </section>
  );
}

function becauseOf(a: Availability, m: Member): string {
  const key = `because.${a.because}`;
  if (a.because === 'off_shift') {
    return a.nextShiftAt ? say('because.off_shift', { time: new Date(a.nextShiftAt).toLocaleString(m.language || undefined, { weekday: 'short', hour: '2-digit', minute: '2-digit' }) }) : say('because.off_shift.none');
  }
  return isWord(key) ? say(key) : a.because;
}

/** Says that nothing would be heard, and mends it by the touch. */
export function Sound() {
  const [on, set] = useState(audible());
  useEffect(() => {
    const look = setInterval(() => set(audible()), 1000);
    return () => clearInterval(look);
  }, []);
  if (on) return null;
  return <button class="bar warn" onClick={() => void unlock().then(() => set(audible()))}><Icon name="volume-x" />{say('me.soundOff')}</button>;
}
