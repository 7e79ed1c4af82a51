// Lists of which more is read when somebody asks for it.
import { useEffect } from 'preact/hooks';
import { call } from './api';
import { useDraft } from './drafts';
import { type Wrong, useDoing } from './parts';
import { say } from './words';

interface Page<T> { items: T[]; nextCursor?: string }

/** A list, and what there is to ask for more of it. */
interface Longer<T> { all: T[]; cursor: string | undefined; busy: boolean; wrong: Wrong; load: () => void; forget: () => void }

/** How entries that have no id are told apart, and whether one stands behind the last of the first
 * page. Where that can be told, what left the first page since is not lost. */
interface Order<T> { keyOf: (entry: T) => string; behind?: (entry: T, last: T) => boolean }

const byID = { keyOf: (entry: unknown) => (entry as { id: string }).id };

/** The first page of a list, which may be read again and again, with those behind it. They are still
 * there for whoever comes back to the screen. */
export function useMore<T>(address: string, first: Page<T> | undefined, { keyOf, behind: isBehind }: Order<T> = byID): Longer<T> {
  const [{ read }, put] = useDraft<{ read?: { address: string; page: Page<T> } | undefined }>(`more${address.replace(/\?.*$/, '')}`, {});
  const behind = read?.address === address ? read.page : undefined;
  const { busy, wrong, run, clear } = useDoing();
  useEffect(clear, [address]);
  const cursor = behind ? behind.nextCursor : first?.nextCursor;
  const load = () => run(async () => {
    const { body } = await call<Page<T>>('GET', `${address}&cursor=${encodeURIComponent(cursor!)}`);
    put({ read: { address, page: { ...body, items: [...behind?.items ?? (isBehind && first?.items) ?? [], ...body.items] } } });
  });
  const shown = new Set(first?.items.map(keyOf)), last = first?.items.at(-1);
  const all = [...first?.items ?? [], ...behind?.items.filter((b) => !shown.has(keyOf(b)) && (!isBehind || !last || isBehind(b, last))) ?? []];
  return { all, cursor, busy, wrong, load, forget: () => put({ read: undefined }) };
}

/** Asks for more, and says what was wrong with that. */
export const More = ({ more }: { more: Omit<Longer<unknown>, 'all' | 'forget'> }) => (
  <>
    {more.wrong[''] && <p class="wrong" role="alert">{more.wrong['']}</p>}
    {more.cursor && <button disabled={more.busy} onClick={more.load}>{say('callbacks.more')}</button>}
  </>
);
