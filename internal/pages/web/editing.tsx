// Editing what is stored: what somebody types outlives the screen, is sent only over what they saw,
// and when somebody else was faster both versions are shown.
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { Refused, call } from './api';
import { guard, useDraft } from './drafts';
import { type Wrong, useDoing } from './parts';
import { useResource } from './resource';
import { say } from './words';

/** What is stored, and the tag that it is known by. */
export interface Version<T> { value: T; etag: string }

/** Sends what is typed over what was seen. Gives what is stored now, and whether that is what somebody else saved. */
type Send<T, F> = (form: F, was: F, over: Version<T>) => Promise<{ now: Version<T>; faster: boolean }>;

/** How a stored thing becomes what a form holds, and what is sent of it. */
interface Kind<T, F> {
  formOf: (stored: T) => F;
  /** What is sent: of PATCH usually what changedOf gives. */
  bodyOf: (form: F, was: F) => unknown;
  method?: 'PATCH' | 'PUT';
  /** Of PUT: saved over what somebody else saved meanwhile, the fields that were not changed here stay theirs. */
  merge?: boolean;
  /** Called once it is saved, by whomever. */
  after?: (now: T) => void;
  /** Puts what a refusal says beside its field, where the API names none. */
  refused?: (e: unknown) => unknown;
}

/** Says what to do about what is too long to be sent. */
export const asLong = (e: unknown): unknown =>
  e instanceof Refused && e.problem.status === 413 ? new Refused({ ...e.problem, detail: say('edit.long') }, 0) : e;

/** Something stored, and the form about it. */
export interface Editing<T, F> {
  stored: T | undefined;
  form: F | undefined;
  put: (change: Partial<F>) => void;
  changed: boolean;
  /** What somebody else saved meanwhile, and what would be stored if mine is saved over it. */
  theirs: F | undefined;
  mine?: F | undefined;
  busy: boolean;
  wrong: Wrong;
  forgive: () => void;
  said: '' | 'saved' | 'same';
  save: () => void;
  take: () => void;
  drop: () => void;
  failed: string;
  again: () => void;
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The fields that somebody changed. */
export const changedOf = <F extends object>(form: F, was: F): Partial<F> =>
  Object.fromEntries(Object.entries(form).filter(([key, value]) => !same(value, was[key as keyof F]))) as Partial<F>;

interface Drafting<T, F> {
  key: string;
  stored: Version<T> | undefined;
  /** Takes what is stored now. */
  set: (now: Version<T>) => void;
  formOf: (stored: T) => F;
  send: Send<T, F>;
  /** What would be stored of a form if it is saved over theirs; all of it where nothing else is said. */
  over?: (theirs: F, form: F, was: F) => F;
  after?: ((now: T) => void) | undefined;
}

/** What is typed about something stored, however that is read and written. */
export function useDrafting<T, F extends object>({ key, stored, set, formOf, send, over = (_, form) => form, after }: Drafting<T, F>) {
  const draftKey = `edit${key}`;
  const [theirs, meet] = useState<Version<T>>();
  const [said, tell] = useState<'' | 'saved' | 'same'>('');
  const [draft, putDraft, clear] = useDraft<{ now?: { form: F; was: F; over: Version<T> } | undefined }>(draftKey, {});
  const { busy, wrong, run, clear: forgive } = useDoing();
  const was = stored && formOf(stored.value);
  const form = draft.now?.form ?? was;
  const changed = draft.now !== undefined && !same(draft.now.form, draft.now.was);
  useLayoutEffect(() => guard(draftKey, changed), [draftKey, changed]);
  const put = (change: Partial<F>) => {
    if (!stored || !was || !form) return;
    tell('');
    putDraft({ now: { was, over: stored, ...draft.now, form: { ...form, ...change } } });
  };
  const settle = (now: Version<T> | undefined) => {
    meet(undefined);
    forgive();
    putDraft({ now: undefined });
    clear();
    if (!now) return;
    set(now);
    after?.(now.value);
  };
  const save = () => {
    const d = draft.now;
    tell(d && changed ? '' : 'same');
    if (d && changed) run(async () => {
      const { now, faster } = await send(d.form, d.was, theirs ?? d.over);
      if (faster) return meet(now);
      settle(now);
      tell('saved');
    });
  };
  const others = theirs && formOf(theirs.value);
  const mine = others && draft.now && over(others, draft.now.form, draft.now.was);
  const take = () => settle(theirs); // what they saved is what is stored
  return { stored: stored?.value, form, put, changed, theirs: others, mine, busy, wrong, forgive, said, save, take, drop: take };
}

/** Edits what a path gives. */
export function useEditing<T, F extends object>(path: string, { formOf, bodyOf, method = 'PATCH', merge = method === 'PATCH', after, refused = (e) => e }: Kind<T, F>): Editing<T, F> {
  const read = useResource<T>(path);
  const [fresh, setFresh] = useState<Version<T>>();
  useEffect(() => setFresh(undefined), [read.value]); // read again since it was saved
  const now = async (): Promise<Version<T>> => {
    const { body, etag } = await call<T>('GET', path);
    return { value: body, etag };
  };
  const merged = (theirs: F, form: F, was: F): F => ({ ...theirs, ...changedOf(form, was) });
  const send: Send<T, F> = async (form, was, { value, etag }) => {
    try {
      const a = await call<T>(method, path, bodyOf(merge && method === 'PUT' ? merged(formOf(value), form, was) : form, was), { headers: { 'If-Match': etag } });
      return { now: a.body === undefined || !a.etag ? await now() : { value: a.body, etag: a.etag }, faster: false };
    } catch (e) {
      if (!(e instanceof Refused) || e.problem.status !== 412) throw refused(asLong(e));
      return { now: await now(), faster: true };
    }
  };
  const drafting = useDrafting<T, F>({
    key: path, stored: fresh ?? (read.value === undefined ? undefined : { value: read.value, etag: read.etag }), set: setFresh, formOf, send, after,
    // Of PATCH only what was changed here is sent, so all else stays theirs.
    ...(merge ? { over: merged } : {}),
  });
  return { ...drafting, failed: read.failed, again: read.again };
}

interface ConflictProps<F> { editing: Pick<Editing<unknown, F>, 'form' | 'theirs' | 'mine' | 'save' | 'take' | 'busy'>; rows: (form: F) => (readonly [label: string, text: string])[] }

/** Both versions, where somebody else was faster, and the two ways on. */
export function Conflict<F>({ editing: { form, theirs, mine: kept, save, take, busy }, rows }: ConflictProps<F>) {
  if (!theirs || !form) return <div role="alert" />;
  const of = new Map(rows(theirs)), mine = new Map(rows(kept ?? form));
  const labels = [...new Set([...of.keys(), ...mine.keys()])].filter((label) => of.get(label) !== mine.get(label));
  return (
    <div role="alert" class="conflict bar warn">
      <div>
        <h2>{say('edit.other.title')}</h2>
        {labels.length === 0 ? <p>{say('edit.other.same')}</p> : (
          <table>
            <thead><tr><th scope="col">{say('edit.other.what')}</th><th scope="col">{say('edit.other.theirs')}</th><th scope="col">{say('edit.other.mine')}</th></tr></thead>
            <tbody>{labels.map((label) => <tr key={label}><th scope="row"><bdi>{label}</bdi></th><td data-label={say('edit.other.theirs')}><bdi>{of.get(label) ?? '–'}</bdi></td><td data-label={say('edit.other.mine')}><bdi>{mine.get(label) ?? '–'}</bdi></td></tr>)}</tbody>
          </table>
        )}
        <p class="row">
          {labels.length > 0 && <button type="button" disabled={busy} onClick={save}>{say('edit.keep')}</button>}
          <button type="button" disabled={busy} onClick={take}>{say('edit.take')}</button>
        </p>
      </div>
    </div>
  );
}

/** The end of a form: Save, what became of it, and the way back. */
export const Save = ({ editing: e }: { editing: Pick<Editing<unknown, object>, 'busy' | 'said' | 'changed' | 'drop'> }) => (
  <div class="save">
    <p class="row">
      <button class="main" disabled={e.busy}>{say('edit.save')}</button>
      {e.changed && <button type="button" class="quiet" disabled={e.busy} onClick={e.drop}>{say('edit.drop')}</button>}
    </p>
    <p role="status">{e.said && say(`edit.${e.said}`)}</p>
  </div>
);
