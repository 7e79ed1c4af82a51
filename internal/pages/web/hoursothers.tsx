// Giving the hours of one member to others.
import { useEffect, useState } from 'preact/hooks';
import { type Member, Refused, Unreached, call } from './api';
import { Unread, Waiting } from './asof';
import { Confirm } from './confirm';
import { Icon, wrongOf } from './parts';
import { type Hours } from './week';
import { say } from './words';

interface OthersProps { of: Member; stored: Hours | null; dirty: boolean }

/** A button that opens the dialog. Only what is saved is copied. */
export function CopyToOthers({ of, stored, dirty }: OthersProps) {
  const [open, show] = useState(false);
  const [said, tell] = useState<string[]>([]);
  if (!stored || dirty) return null;
  return (
    <div class="others">
      <p class="row"><button type="button" class="quiet" onClick={() => { tell([]); show(true); }}><Icon name="copy" />{say('others.do')}</button></p>
      <div role="status">{said.map((s) => <p>{s}</p>)}</div>
      {open && <Dialog of={of} hours={stored} close={() => show(false)} done={(s) => { tell(s); show(false); }} />}
    </div>
  );
}

interface Listed { id: string; firstName: string; lastName: string }

/** The whole team, page by page. */
function useTeam() {
  const [value, set] = useState<Listed[]>();
  const [failed, fail] = useState('');
  const [tries, retry] = useState(0);
  useEffect(() => {
    const stop = new AbortController();
    const read = async () => {
      const all: Listed[] = [];
      for (let cursor = ''; ;) {
        const { body } = await call<{ items: Listed[]; nextCursor?: string }>('GET', `/v1/members?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, undefined, { signal: stop.signal });
        all.push(...body.items);
        if (!body.nextCursor) return set(all);
        cursor = body.nextCursor;
      }
    };
    read().catch((e: unknown) => { if (!stop.signal.aborted) fail(Object.values(wrongOf(e)).flat().join(' ')); });
    return () => stop.abort();
  }, [tries]);
  return { value, failed, again: () => { fail(''); retry((n) => n + 1); } };
}

function Dialog({ of, hours, close, done }: { of: Member; hours: Hours; close: () => void; done: (said: string[]) => void }) {
  const { value, failed, again } = useTeam();
  const [to, set] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const others = value?.filter((m) => m.id !== of.id) ?? [];
  const copy = async () => {
    setBusy(true);
    done(await giveTo(others.filter((m) => to.includes(m.id)), hours));
  };
  return (
    <Confirm title={say('others.title')} yes={to.length > 0 ? say('others.yes', { n: to.length }) : say('hours.copy.do')} busy={busy} wrong={{}} does={() => { if (to.length > 0) void copy(); }} close={close}>
      <p>{say('others.why')}</p>
      {!value && (failed ? <Unread failed={failed} again={again} /> : <Waiting />)}
      {value && others.length === 0 && <p class="empty">{say('others.none')}</p>}
      <fieldset class="choices">
        <legend class="sr">{say('others.title')}</legend>
        {others.map((m) => <label class="check" key={m.id}><input type="checkbox" checked={to.includes(m.id)} onChange={(e) => set(e.currentTarget.checked ? [...to, m.id] : to.filter((id) => id !== m.id))} /><bdi>{m.firstName} {m.lastName}</bdi></label>)}
      </fieldset>
    </Confirm>
  );
}

/** One at a time, and says of whom it did not work and why. */
async function giveTo(members: Listed[], { timeZone, entries, exceptions = [] }: Hours): Promise<string[]> {
  const not: string[] = [];
  for (const m of members) {
    try {
      await call('PUT', `/v1/members/${m.id}/working-hours`, { timeZone, entries, exceptions });
    } catch (e) {
      if (!(e instanceof Refused) && !(e instanceof Unreached)) throw e;
      not.push(say('others.failed', { name: `${m.firstName} ${m.lastName}`, why: Object.values(wrongOf(e)).flat().join(' ') }));
    }
  }
  const n = members.length - not.length;
  return [...(n > 0 ? [say('others.done', { n })] : []), ...not];
}
