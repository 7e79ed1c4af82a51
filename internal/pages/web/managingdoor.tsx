// The door to what only those see who manage: Live and the first steps. It is loaded for them alone.
import { useEffect, useState } from 'preact/hooks';
import { type Member } from './api';
import { Waiting } from './asof';
import { isClosed, kept } from './kept';
import { NotHere } from './officedoor';
import { need } from './translations';

type Loaded = typeof import('./managing');
let managing: Loaded | undefined, coming: Promise<Loaded> | undefined;

/** Loads it. Whoever manages begins there, so it is asked for as soon as that is known. */
export function prepare(): Promise<Loaded> {
  coming ??= Promise.all([import('./managing'), need('first')]).then(([m]) => managing = m);
  coming.catch(() => { coming = undefined; }); // whoever asks next tries again
  return coming;
}

function useManaging(wanted: boolean): { loaded: Loaded | undefined; failed: boolean } {
  const [loaded, set] = useState(managing);
  const [failed, fail] = useState(false);
  useEffect(() => {
    if (wanted) prepare().then((m) => set(m), () => fail(true));
  }, [wanted]);
  return { loaded, failed };
}

export function Live({ me }: { me: Member }) {
  const { loaded, failed } = useManaging(true);
  if (failed) return <NotHere />;
  return loaded ? <loaded.Live me={me} /> : <main class="wide"><Waiting /></main>;
}

/** The first steps of an owner who is the whole team. Without them the screen is whole all the same. */
export function FirstSteps({ me }: { me: Member }) {
  const [closed] = useState(() => isClosed(kept('first'), true));
  const whose = !closed && me.role === 'owner';
  const { loaded } = useManaging(whose);
  return whose && loaded ? <loaded.Checklist me={me} alone /> : null;
}
