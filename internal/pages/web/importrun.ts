// Adding the people of a file: two at a time, each once, whatever comes between.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Refused } from './api';
import { type Row, idsOf } from './importread';
import { wrongOf } from './parts';
import { type Attempt, type Department, addMember, setPassword } from './team';
import { makePassword } from './teampassword';
import { forEach } from './teamrun';

/** What is put into the row of a line. */
export type PutRow = (line: number, change: Partial<Row>) => void;

/** How it goes. */
export interface Running {
  busy: boolean;
  /** Until when it waits, in milliseconds of the page, and whether for the network. */
  waits: { seconds: number; network: boolean } | undefined;
  /** The passwords that were made, by line. They are here alone, and go with the screen. */
  passwords: ReadonlyMap<number, string>;
  /** Whether members choose their own at the first sign-in. */
  must: boolean;
  add: (rows: Row[], known: Department[]) => void;
  /** Makes new ones for those whose passwords went with the screen. */
  renew: (rows: Row[]) => void;
  stop: () => void;
}

export function useRun(put: PutRow): Running {
  const [busy, setBusy] = useState(false);
  const [waits, setWaits] = useState<Running['waits']>();
  const [passwords, setPasswords] = useState<ReadonlyMap<number, string>>(new Map());
  const [must, setMust] = useState(true);
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const run = (rows: Row[], f: (row: Row) => Promise<void>) => {
    const control = stop.current = new AbortController();
    setBusy(true);
    const failed = (row: Row, e: unknown) => {
      // That the session is over is no fault of a row: it waits as it was.
      if (e instanceof Refused && e.problem.status === 401) return put(row.line, { state: row.id ? 'made' : 'new' });
      if (e instanceof Refused && e.name === 'too-many-members') control.abort(); // the others would be refused as well
      put(row.line, { state: row.id ? 'made' : 'refused', open: !row.id, wrong: wrongOf(e) });
    };
    void forEach(rows, async (row) => { setWaits(undefined); await f(row); }, failed, {
      signal: control.signal, waits: (seconds, why) => setWaits({ seconds: Math.ceil(seconds), network: !('problem' in (why as object)) }),
    }).finally(() => { setBusy(false); setWaits(undefined); });
  };
  const keep = (line: number, password: string) => setPasswords((was) => new Map(was).set(line, password));
  const made = useRef(new Map<number, string>()); // also of those that got no answer yet
  const tries = useRef(new Map<number, { current: Attempt | undefined }>());
  const add = (rows: Row[], known: Department[]) => run(rows, async (row) => {
    const password = (row.wrong['password'] ? undefined : made.current.get(row.line)) ?? makePassword();
    made.current.set(row.line, password);
    // What a screen before this one sent had a password that is gone: it is set anew.
    const attempt: { current: Attempt | undefined } = tries.current.get(row.line) ?? { current: row.attempt && { ...row.attempt, password: '' } };
    tries.current.set(row.line, attempt);
    const body = { firstName: row.firstName, lastName: row.lastName, email: row.email, role: row.role, departmentIds: idsOf(row, known) };
    const sent = addMember(body, password, password, attempt);
    put(row.line, { state: 'sending', open: false, wrong: {}, attempt: attempt.current && { text: attempt.current.text, key: attempt.current.key } });
    const member = await sent;
    setMust(member.mustChangePassword);
    put(row.line, { state: 'made', id: member.id, email: member.email, attempt: undefined });
    keep(row.line, password);
  });
  const renew = (rows: Row[]) => run(rows, async (row) => {
    const password = makePassword();
    await setPassword(row.id, password);
    put(row.line, { wrong: {} });
    keep(row.line, password);
  });
  return { busy, waits, passwords, must, add, renew, stop: () => stop.current?.abort() };
}
