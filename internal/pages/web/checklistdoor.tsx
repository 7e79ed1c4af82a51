// The door to the first steps, which are loaded for whoever may have some to do.
import { useEffect, useState } from 'preact/hooks';
import { type Member } from './api';
import { kept } from './kept';

type Loaded = typeof import('./checklist');
let list: Loaded | undefined;

/** Whether somebody closed the list: the steps of one who is alone are done before a team's begin. */
export const isClosed = (look: string | null, alone: boolean): boolean => look === 'closed' || alone && look === 'closed-alone';

/** Alone: of an owner who is the whole team, else of a team. */
export function FirstSteps({ me, alone = false }: { me: Member; alone?: boolean }) {
  const [loaded, set] = useState(list);
  const [closed] = useState(() => isClosed(kept('first'), alone));
  const whose = !closed && (alone ? me.role === 'owner' : me.role !== 'staff');
  useEffect(() => {
    // Without it the screen is whole all the same.
    if (whose && !list) import('./checklist').then((l) => set(list = l), () => undefined);
  }, [whose]);
  return whose && loaded ? <loaded.Checklist me={me} alone={alone} /> : null;
}
