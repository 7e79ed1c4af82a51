// The door to the screens where a business is managed, which are loaded when the first is opened.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Member } from './api';
import { Waiting } from './asof';
import { useTitle } from './parts';
import { need } from './translations';
import { say } from './words';

type Loaded = typeof import('./office');
let office: Loaded | undefined, coming: Promise<Loaded> | undefined;

/** Their look. Where it cannot be loaded they are plain, and whole. */
const look = (): Promise<void> => new Promise((done) => {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = OFFICE_STYLE_URL;
  link.onload = link.onerror = () => done();
  document.head.append(link);
});

function load(): Promise<Loaded> {
  coming ??= Promise.all([import('./office'), need('others'), look()]).then(([o]) => office = o);
  coming.catch(() => { coming = undefined; }); // whoever asks next tries again
  return coming;
}

interface OfficeProps { path: string; me: Member; setMe: (me: Member) => void; nowhere: ComponentChildren }

/** A screen that could not be loaded. */
export function NotHere() {
  useTitle(say('newer.title'));
  return <main class="narrow"><h1>{say('newer.title')}</h1><p>{say('newer.why')}</p><button class="main" onClick={() => location.reload()}>{say('broken.do')}</button></main>;
}

export function Office({ path, me, setMe, nowhere }: OfficeProps) {
  const [loaded, set] = useState(office);
  const [failed, fail] = useState(false);
  useEffect(() => {
    load().then((o) => set(o), () => fail(true));
  }, []);
  if (failed) return <NotHere />;
  if (!loaded) return <main class="wide"><Waiting /></main>;
  const found = loaded.screenOf(path, me);
  return found ? <found.screen me={me} id={found.id} setMe={setMe} /> : nowhere;
}
