// Members from a file: what it says is shown, mended where it has to be, and added once.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useDraft, useGuard } from './drafts';
import { Choosing } from './importfile';
import { type Row, faultsOf, unknownIn } from './importread';
import { Rows } from './importrows';
import { type Running, useRun } from './importrun';
import { Missing } from './importmissing';
import type { ScreenProps } from './office';
import { type Wrong, Icon, Link, useTitle } from './parts';
import { type Department, useDepartments } from './team';
import { Slips } from './teamslip';
import { Unread, Waiting } from './asof';
import { say } from './words';

export function ImportMembers(_: ScreenProps) {
  useTitle(say('import.title'));
  const departments = useDepartments();
  const known = departments.value?.items;
  return (
    <main class="wide import">
      <p class="noprint"><Link to="/team">{say('team.back')}</Link></p>
      <h1 class="noprint">{say('import.title')}</h1>
      {known ? <Importing known={known} again={departments.again} /> : departments.failed ? <Unread failed={departments.failed} again={departments.again} /> : <Waiting />}
    </main>
  );
}

/** The people of a file, as far as they have come. Passwords are no part of it. */
interface Draft { file: string; rows: Row[]; touched: boolean }

const nothing: Draft = { file: '', rows: [], touched: false };

function Importing({ known, again }: { known: Department[]; again: () => void }) {
  const [draft, keep, clear] = useDraft<Draft>('team/import', nothing);
  // Several answers may come at once, each to another row.
  const put = (line: number, change: Partial<Row>) => keep((was) => ({ touched: was.touched || Object.keys(change).some((k) => k !== 'open'), rows: was.rows.map((r) => (r.line === line ? { ...r, ...change } : r)) }));
  const running = useRun(put);
  const rows = draft.rows;
  const handed = rows.filter((r) => running.passwords.has(r.line));
  const faults = useMemo(() => faultsOf(rows, known), [rows, known]);
  const lost = rows.filter((r) => r.state === 'made' && !running.passwords.has(r.line));
  useEffect(() => { if (!running.busy && handed.length) document.getElementById('handed')?.focus(); }, [running.busy]); // the button goes
  useGuard('team/import', running.busy || handed.length > 0); // somebody's password would go with it
  const over = () => {
    keep(nothing);
    clear();
  };
  return (
    <>
      {handed.length > 0 && !running.busy && (
        <section aria-labelledby="handed" class="handed">
          <h2 id="handed" tabIndex={-1}>{say('import.handed', { n: handed.length })}</h2>
          <Slips must={running.must} handed={handed.map((r) => ({ name: `${r.firstName} ${r.lastName}`, email: r.email, password: running.passwords.get(r.line)! }))} />
        </section>
      )}
      {lost.length > 0 && !running.busy && (
        <p class="bar warn lost"><span>{say('import.lost', { n: lost.length })}</span><button onClick={() => running.renew(lost)}>{say('import.renew')}</button></p>
      )}
      <div class="noprint">
        <Choosing known={known} locked={draft.touched} file={draft.file} rows={rows} found={(file, found) => keep({ file, rows: found, touched: false })} over={over} busy={running.busy} />
        {rows.length > 0 && <Missing names={unknownIn(rows, known)} made={again} />}
        {rows.length > 0 && <Adding rows={rows} faults={faults} known={known} running={running} />}
        {rows.length > 0 && <Rows rows={rows} faults={faults} known={known} put={put} busy={running.busy} />}
      </div>
    </>
  );
}

interface AddingProps { rows: Row[]; faults: Map<number, Wrong>; known: Department[]; running: Running }

/** The one button that adds them, and how far it has come. */
function Adding({ rows, faults, known, running }: AddingProps) {
  const [begun, begin] = useState(false);
  const open = rows.filter((r) => r.state !== 'made');
  const good = open.filter((r) => Object.keys(faults.get(r.line) ?? {}).length === 0);
  const made = rows.length - open.length;
  const { busy, waits } = running;
  const bad = open.length - good.length;
  return (
    <div class="adding">
      <p role="status">
        {(begun || made > 0) && <strong>{say('import.made', { n: made, all: rows.length })} </strong>}
        {!busy && bad > 0 && <span class="wrong">{say('import.bad', { n: bad })} </span>}
        {waits && <><Icon name="wifi-off" /> {waits.network ? say('import.waits.network') : say('import.waits', { n: waits.seconds })}</>}
      </p>
      {busy && <progress max={rows.length} value={made} aria-label={say('import.title')} />}
      {busy
        ? <p class="row"><button onClick={running.stop}>{say('import.stop')}</button></p>
        : good.length > 0 && <button class="main" onClick={() => { begin(true); running.add(good, known); }}>{say('import.do', { n: good.length })}</button>}
    </div>
  );
}
