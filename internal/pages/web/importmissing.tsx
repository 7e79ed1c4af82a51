// Departments that a file names and that are not there: added here, if they are to be.
import { useRef } from 'preact/hooks';
import { call } from './api';
import { Faults } from './forms';
import { Theirs, useDoing } from './parts';
import { say } from './words';

export function Missing({ names, made }: { names: string[]; made: () => void }) {
  const keys = useRef(new Map<string, string>());
  const { busy, wrong, run } = useDoing();
  if (names.length === 0) return null;
  const add = () => run(async () => {
    try {
      for (const name of names) {
        if (!keys.current.has(name)) keys.current.set(name, crypto.randomUUID());
        await call('POST', '/v1/departments', { name }, { headers: { 'Idempotency-Key': keys.current.get(name)! } });
      }
    } finally {
      made();
    }
  });
  return (
    <div class="bar warn missing">
      <span>{say('import.missing.departments', { n: names.length })} {names.map((name, i) => <>{i > 0 && ', '}<Theirs text={name} /></>)}</span>
      <button disabled={busy} onClick={add}>{say('import.missing.add', { n: names.length })}</button>
      <Faults wrong={wrong} />
    </div>
  );
}
