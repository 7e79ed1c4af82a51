// Who and what there is to choose from: members and departments by name.
import { useEffect, useState } from 'preact/hooks';
import { type Member, call } from './api';

export interface Named { id: string; name: string }

/** All members by their whole names, for admins; read page by page, once. Without an answer there are none to choose. */
export function useEverybody(wanted: boolean): Named[] {
  const [all, set] = useState<Named[]>([]);
  useEffect(() => {
    let gone = false;
    const read = async () => {
      for (let cursor: string | undefined = ''; cursor !== undefined;) {
        const { body }: { body: { items: Member[]; nextCursor?: string } } = await call('GET', `/v1/members?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
        if (gone) return;
        set((was) => [...was, ...body.items.map((m) => ({ id: m.id, name: `${m.firstName} ${m.lastName}`.trim() }))]);
        cursor = body.nextCursor;
      }
    };
    if (wanted) read().catch(() => undefined);
    return () => { gone = true; };
  }, [wanted]);
  return all;
}

/** Choices of a list, with one more where what is chosen is not among them. */
export const choicesOf = (list: Named[], chosen: string, all: string, unknown: string): [value: string, label: string][] =>
  [['', all], ...list.map((n): [string, string] => [n.id, n.name]), ...(chosen && !list.some((n) => n.id === chosen) ? [[chosen, unknown] as [string, string]] : [])];
