// Choosing a file, and how it is read: what is found can be put right as long as nobody has changed a
// row.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Delimiter, type Encoding, decode, delimiterOf, delimiters, download, encodingOf, encodings, write } from './csv';
import { type Columns, type Row, columns, columnsOf, rowsOf, sheetOf } from './importread';
import { type Department } from './team';
import { say } from './words';

/** The largest file, and the most people in one. */
const mostBytes = 1_000_000, mostRows = 1000;

/** A file as it lies, and how it is read. */
interface Reading { name: string; bytes: Uint8Array; encoding: Encoding; by: Delimiter; at: Columns }

interface ChoosingProps { known: Department[]; locked: boolean; file: string; rows: Row[]; busy: boolean; found: (file: string, rows: Row[]) => void; over: () => void }

export function Choosing({ known, locked, file, rows, busy, found, over }: ChoosingProps) {
  const [reading, read] = useState<Reading>();
  const [wrong, fail] = useState('');
  const first = useRef<HTMLParagraphElement>(null);
  const use = (r: Reading) => {
    const sheet = sheetOf(decode(r.bytes, r.encoding), r.by);
    if (sheet.rows.length === 0 || sheet.rows.length > mostRows) return fail(say(sheet.rows.length ? 'import.tooMany' : 'import.nobody', { n: mostRows }));
    fail('');
    read(r);
    found(r.name, rowsOf(sheet, r.at, known));
  };
  const take = async (f: File | undefined) => {
    if (!f) return;
    if (f.size > mostBytes) return fail(say('import.tooLarge'));
    const bytes = new Uint8Array(await f.arrayBuffer());
    const encoding = encodingOf(bytes), text = decode(bytes, encoding), by = delimiterOf(text);
    use({ name: f.name, bytes, encoding, by, at: columnsOf(sheetOf(text, by)) });
  };
  const again = (change: Partial<Reading>) => {
    const next = { ...reading!, ...change };
    use({ ...next, at: change.at ?? columnsOf(sheetOf(decode(next.bytes, next.encoding), next.by)) });
  };
  useEffect(() => { if (reading) first.current?.focus(); }, [Boolean(reading)]); // the field for the file is gone
  if (rows.length === 0) return <First known={known} take={(f) => void take(f)} wrong={wrong} />;
  return (
    <div class="reading">
      <p tabIndex={-1} ref={first}><strong>{say('import.found', { n: rows.length, file })}</strong> <button class="quiet" disabled={busy} onClick={() => { read(undefined); over(); }}>{say('import.other')}</button></p>
      {wrong && <p class="wrong" role="alert">{wrong}</p>}
      {reading && !locked && <How reading={reading} again={again} />}
    </div>
  );
}

function First({ known, take, wrong }: { known: Department[]; take: (f: File | undefined) => void; wrong: string }) {
  const some = known.map((d) => d.name).filter((name) => !/[;,]/.test(name)).slice(0, 2).join('; '); // so that it can be given back as it is
  const example = () => download('members.csv', write([
    columns.map((c) => say(`import.column.${c}`)),
    ['Asha', 'Rao', 'asha@example.com', 'staff', some], ['Bilal', 'Khan', 'bilal@example.com', 'admin', ''],
  ]));
  return (
    <section class="sheet">
      <p>{say('import.why')}</p>
      <ul class="plain dots">{columns.map((c) => <li key={c}><span><strong>{say(`import.column.${c}`)}</strong> {say(`import.column.${c}.why`)}</span></li>)}</ul>
      <p class="soft">{say('import.passwords')}</p>
      <label class="field">{say('import.file')}
        <input type="file" accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values" onChange={(e) => take(e.currentTarget.files?.[0])} />
      </label>
      <p role="alert" class="wrong">{wrong}</p>
      <p><button type="button" class="quiet" onClick={example}>{say('import.example')}</button></p>
    </section>
  );
}

/** How the file was read. */
function How({ reading, again }: { reading: Reading; again: (change: Partial<Reading>) => void }) {
  const sheet = sheetOf(decode(reading.bytes, reading.encoding), reading.by);
  const titles = Array.from({ length: sheet.width }, (_, i) => sheet.head?.[i] || say('import.nth', { n: i + 1 }));
  const unused = titles.filter((_, i) => sheet.head && !columns.some((c) => reading.at[c] === i));
  const missing = columns.slice(0, 3).some((c) => reading.at[c] < 0);
  return (
    <>
      <div class="filters">
        <label class="field">{say('import.by')}
          <select value={reading.by} onChange={(e) => again({ by: e.currentTarget.value as Delimiter })}>{delimiters.map((d) => <option key={d} value={d}>{say(`import.by.${d === ',' ? 'comma' : d === ';' ? 'semicolon' : 'tab'}`)}</option>)}</select>
        </label>
        <label class="field">{say('import.encoding')}
          <select value={reading.encoding} onChange={(e) => again({ encoding: e.currentTarget.value as Encoding })}>{encodings.map((x) => <option key={x} value={x}>{say(`import.encoding.${x}`)}</option>)}</select>
        </label>
      </div>
      <details open={missing}>
        <summary>{say('import.columns')}</summary>
        <div class="filters">
          {columns.map((c) => (
            <label class="field" key={c}>{say(`import.column.${c}`)}
              <select value={reading.at[c]} onChange={(e) => again({ at: { ...reading.at, [c]: Number(e.currentTarget.value) } })}>
                <option value={-1}>{say('import.column.none')}</option>
                {titles.map((title, i) => <option key={i} value={i}>{title}</option>)}
              </select>
            </label>
          ))}
        </div>
      </details>
      {unused.length > 0 && <p class="soft">{say('import.unused', { list: unused.join(', ') })}</p>}
    </>
  );
}
