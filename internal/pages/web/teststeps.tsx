// What a test escalation did so far, step by step, with how long each took.
import { useEffect, useRef } from 'preact/hooks';
import { call } from './api';
import { sentence, outcomeOf } from './history';
import { secondsBetween } from './logtable';
import { Link, Theirs, useDoing } from './parts';
import { type Run, ringing } from './testrun';
import { useSeconds } from './ticking';
import { say } from './words';
import { type Escalation, moment } from './work';

interface Step { words: string; note?: string | undefined; took: string }

/** Seconds since the button was pressed. What was answered is known to the hundredth, what was looked for to
 * a tenth, and what happened before this page was loaded to the second that the API tells. */
function tookOf(r: Run, at: number, told: string, language: string | null, digits: number): string {
  const e = r.e!;
  if (!r.begun) return say('test.about', { n: secondsBetween(e.createdAt, told) });
  return say('test.took', { n: ((at - r.begun) / 1000).toLocaleString(language || undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits }) });
}

function stepsOf(r: Run, language: string | null): Step[] {
  const e = r.e!;
  const steps: Step[] = [{ words: say('test.asked'), took: tookOf(r, r.begun, e.createdAt, language, 2) }];
  e.history.forEach((h, i) => {
    steps.push({ words: sentence(h, true), note: h.note, took: tookOf(r, r.marks[i]!, h.at, language, r.marks[i] === r.marks[0] ? 2 : 1) });
    const seen = r.seen.find((s) => s.after === i + 1);
    if (seen) steps.push({ words: say('test.seen', { name: seen.name }), took: tookOf(r, seen.at, seen.seenAt, language, 1) });
  });
  return steps;
}

export function Steps({ run, language }: { run: Run; language: string | null }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { busy, wrong, run: does } = useDoing();
  useEffect(() => { if (run.begun && moment() - run.begun < 5000) heading.current?.focus(); }, [run.id]);
  const e = run.e;
  if (!e) return <section class="card test-run" aria-labelledby="steps"><h2 id="steps">{say('test.steps')}</h2><div role="alert">{run.failed && <p class="wrong">{run.failed}</p>}</div></section>;
  const open = e.state === 'ringing' || e.state === 'active';
  const stop = () => does(async () => void await call('POST', `/v1/escalations/${e.id}/complete`, { outcome: 'no_customer' }));
  return (
    <section class="card test-run" aria-labelledby="steps">
      <h2 id="steps" tabIndex={-1} ref={heading}>{say('test.steps')}</h2>
      <p class={open ? 'stands now' : 'stands'} role="status">{standsOf(e)}</p>
      <Left key={e.offer?.number ?? 0} e={e} />
      <ol class="steps">
        {stepsOf(run, language).map((s, i) => <li key={i}><span class="took">{s.took}</span><span><bdi>{s.words}</bdi>{s.note && <>: <Theirs text={s.note} /></>}</span></li>)}
      </ol>
      <p class="about">{run.begun ? say('test.measured', { n: (ringing / 1000).toLocaleString(language || undefined) }) : say('test.measured.not')} {say('test.push')}</p>
      <div role="alert">{[run.failed, ...Object.values(wrong).flat()].filter(Boolean).map((w) => <p class="wrong">{w}</p>)}</div>
      <p class="row">
        {e.state === 'ringing' && <button disabled={busy} onClick={stop}>{say('test.stop')}</button>}
        <Link to={`/log/${e.id}`}>{say('escalation.why')}</Link>
      </p>
    </section>
  );
}

/** Where it stands: that somebody took it is what the test is for. */
function standsOf(e: Escalation): string {
  if (e.state === 'active' && !e.offer && e.assignedTo) return say('test.works', { name: e.assignedTo.firstName });
  return outcomeOf(e);
}

/** How long it rings there still; counted here. */
function Left({ e }: { e: Escalation }) {
  const ends = useRef(moment() + (e.offer?.ringingSeconds ?? 0) * 1000);
  const left = useSeconds(ends.current);
  return e.state === 'ringing' && left > 0 ? <p class="soft" aria-hidden="true">{say('offer.seconds', { n: left })}</p> : null;
}
