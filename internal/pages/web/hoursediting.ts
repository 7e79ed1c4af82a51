// Working hours as a form. There may be none, which the API tells by no answer, so that what is
// stored has no tag then: it is looked at once more before the first hours are sent.
import { useEffect, useState } from 'preact/hooks';
import { Refused, Unreached, call } from './api';
import { type Version, useDrafting } from './editing';
import { wrongOf } from './parts';
import { type Entry, type Exception, type Hours } from './week';

/** What the form holds. What is chosen besides is kept while it says always. */
export interface HoursForm { always: boolean; timeZone: string; entries: Entry[]; exceptions: Exception[] }

type Stored = Version<Hours | null>;

/** Where hours are read and written, and who says whether there are any. */
interface Places { hours: string; member: string }

const office: Entry = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], start: '09:00', end: '17:30' };

/** What the form holds of what is stored; a member without hours may begin with those of an office. */
const formOf = (value: Hours | null, zone: string): HoursForm => value
  ? { always: false, timeZone: value.timeZone, entries: value.entries, exceptions: value.exceptions ?? [] }
  : { always: true, timeZone: zone, entries: [office], exceptions: [] };

/** Reads what is stored; nothing is no error. */
async function read(p: Places): Promise<Stored> {
  const { body } = await call<{ workingHours: Hours | null }>('GET', p.member);
  if (!body.workingHours) return { value: null, etag: '' };
  try {
    const a = await call<Hours>('GET', p.hours);
    return { value: a.body, etag: a.etag };
  } catch (e) {
    if (e instanceof Refused && e.problem.status === 404) return { value: null, etag: '' }; // gone meanwhile
    throw e;
  }
}

/** Writes a form over what was seen. Gives what somebody else stored meanwhile, where they did. */
async function write(p: Places, form: HoursForm, over: Stored): Promise<{ now: Stored; faster: boolean }> {
  if (!over.value) {
    const now = await read(p);
    if (now.value) return { now, faster: true };
  }
  const headers = over.etag ? { 'If-Match': over.etag } : undefined;
  const { timeZone, entries, exceptions } = form;
  try {
    const a = await call<Hours | undefined>(form.always ? 'DELETE' : 'PUT', p.hours, form.always ? undefined : { timeZone, entries, exceptions }, { headers });
    return { now: { value: a.body ?? null, etag: a.etag }, faster: false };
  } catch (e) {
    if (!(e instanceof Refused) || e.problem.status !== 412) throw e;
    return { now: await read(p), faster: true };
  }
}

/** The hours as they are stored. They are read anew when known, which is looked at all the time, says others. */
function useStored(p: Places, known: Hours | null | undefined) {
  const [stored, set] = useState<Stored>();
  const [failed, fail] = useState('');
  const [tries, retry] = useState(0);
  const text = known === undefined ? '' : JSON.stringify(known);
  useEffect(() => {
    if (!text || stored && text === JSON.stringify(stored.value)) return undefined;
    let stop = false;
    read(p).then((s) => { if (!stop) { set(s); fail(''); } }, (e: unknown) => {
      if (!(e instanceof Refused) && !(e instanceof Unreached)) throw e;
      if (!stop) fail(Object.values(wrongOf(e)).flat().join(' '));
    });
    return () => { stop = true; };
  }, [text, tries]);
  return { stored, set, failed, again: () => retry((n) => n + 1) };
}

/** Edits the hours of a member; known are those that were last told of, and after is called when they are others. */
export function useHours(p: Places, known: Hours | null | undefined, zone: string, after: () => void) {
  const { stored, set, failed, again } = useStored(p, known);
  const drafting = useDrafting<Hours | null, HoursForm>({
    key: p.hours, stored, set, after, formOf: (value) => formOf(value, zone), send: (form, _, over) => write(p, form, over),
  });
  return { ...drafting, failed, again };
}
