// This phone in one's own settings: how to allow what was refused, and how to put the pages on a home screen.
import { ThisPhone } from './thisphone';
import { useDoing } from './parts';
import { canInstall, install, isApplePhone, isInstalled, usePhone } from './phone';
import { Group } from './settings';
import { type Word, say } from './words';

/** The browsers whose menus differ. */
type Browser = 'iphone' | 'safari' | 'firefox' | 'android' | 'chrome';

function browserOf(): Browser {
  const agent = navigator.userAgent;
  if (isApplePhone()) return 'iphone';
  if (/Firefox\//.test(agent)) return 'firefox';
  if (/Android/.test(agent)) return 'android';
  return /Safari\//.test(agent) && !/Chrom(e|ium)\//.test(agent) ? 'safari' : 'chrome';
}

export function YourPhone() {
  const { standing } = usePhone();
  const browser = browserOf();
  return (
    <Group title={say('push.title')}>
      <ThisPhone />
      {standing === 'denied' && <p class="hint">{say(`allow.${browser}` satisfies Word)}</p>}
      {(standing === 'none' || standing === 'absent') && <p>{say(`push.${standing}`)}</p>}
      {standing === 'none' && <p class="hint">{say('allow.none')}</p>}
      {!isInstalled() && standing !== 'home' && standing !== 'none' && <Install browser={browser} />}
    </Group>
  );
}

/** By a button where the browser has one for pages, else in words. */
function Install({ browser }: { browser: Browser }) {
  const { busy, run } = useDoing();
  return (
    <>
      <h3>{say('install.title')}</h3>
      {canInstall() ? <button disabled={busy} onClick={() => run(install)}>{say('install.do')}</button> : <p class="hint">{say(`install.${browser}` satisfies Word)}</p>}
    </>
  );
}
