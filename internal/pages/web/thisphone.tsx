// Make this phone ring: the permission, the test push, and what stands in the way.
import { useRef, useState } from 'preact/hooks';
import { Icon, Link, useDoing } from './parts';
import { keep, kept } from './kept';
import { NoService, makeRing, tryPush, usePhone } from './phone';
import { say } from './words';

/** How the last test went. */
type Tried = '' | 'going' | 'arrived' | 'missing';

/** The offer to make this phone ring, and how it went. */
export function ThisPhone() {
  const { standing, works } = usePhone();
  const { busy, wrong, run } = useDoing();
  const [tried, tell] = useState<Tried>('');
  const [failed, fail] = useState(false);
  const test = async () => {
    tell('going');
    try {
      tell(await tryPush() ? 'arrived' : 'missing');
    } catch (e) {
      tell('');
      throw e;
    }
  };
  const ring = () => run(async () => {
    fail(false);
    try {
      await makeRing();
      if (Notification.permission === 'granted') await test();
    } catch (e) {
      if (!(e instanceof NoService)) throw e;
      fail(true);
    }
  });
  const offered = standing === 'off' || standing === 'lost';
  return (
    <>
      {standing === 'lost' && <p class="wrong">{say('push.lost')}</p>}
      {offered && <p>{say('push.why')}</p>}
      {offered && <button disabled={busy} onClick={ring}><Icon name="phone" />{say('push.do')}</button>}
      {standing === 'on' && <p class="row"><span>{say(works ? 'push.on' : 'push.unproved')}</span><button class="quiet" disabled={busy} onClick={() => run(test)}>{say('phone.test')}</button></p>}
      {(standing === 'denied' || standing === 'home') && <p>{say(`push.${standing}`)}</p>}
      <div role="status">
        {tried === 'going' && <p>{say('push.going')}</p>}
        {tried === 'arrived' && <p>{say('push.arrived')}</p>}
      </div>
      <div role="alert">
        {tried === 'missing' && <p class="wrong">{say('push.missing')}</p>}
        {failed && <p class="wrong">{say('push.noService')}</p>}
        {Object.values(wrong).flat().map((w) => <p class="wrong">{w}</p>)}
      </div>
    </>
  );
}

/** The same on my work, until somebody puts it away. Settings have it always, with more help. */
export function RingHere() {
  const { standing, works } = usePhone();
  const [away, put] = useState(kept('phone-later') === 'yes');
  const news = useRef(false); // what works was made to work here
  if (standing === 'off' || standing === 'lost' || standing === 'on' && !works) news.current = true;
  const later = () => {
    keep('phone-later', 'yes');
    put(true);
  };
  if (standing === 'reading' || standing === 'none' || standing === 'absent') return null;
  if (standing === 'on' ? !news.current : away && standing !== 'lost') return null;
  return (
    <section class="phones card" aria-label={say('push.title')}>
      <ThisPhone />
      {standing === 'denied' && <p><Link to="/settings">{say('push.help')}</Link></p>}
      {standing !== 'on' && standing !== 'lost' && <button class="quiet" onClick={later}>{say('push.later')}</button>}
    </section>
  );
}
