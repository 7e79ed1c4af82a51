// A test escalation: who would ring, what to ring with, and what happens, step by step.
import { useCallback, useRef, useState } from 'preact/hooks';
import { type Member, Refused, call } from './api';
import { wordOf } from './callback';
import { useDraft } from './drafts';
import { asLong } from './editing';
import { type Named, useEverybody } from './everybody';
import { useDoing, useTitle } from './parts';
import { go, useQuery } from './router';
import { useDepartments } from './team';
import { begin, useRun } from './testrun';
import { type Goal, bodyOf, initial, TestForm } from './testform';
import { Steps } from './teststeps';
import { Who } from './testwho';
import { useTicking } from './ticking';
import { say } from './words';
import { type Escalation, moment } from './work';

/** Why it did not ring: nobody could take it, or there were too many. */
interface Not { nobody?: string; until?: number }

export function Test({ me }: { me: Member }) {
  useTitle(say('test.title'));
  const drill = useQuery().get('drill') ?? '';
  const run = useRun(drill);
  const people = useEverybody(true), departments = useDepartments().value?.items ?? [];
  const [form, put] = useDraft('test', initial);
  const { busy, wrong, run: does } = useDoing();
  const [not, setNot] = useState<Not>({});
  const post = usePost();
  const send = () => does(async () => {
    const pressed = moment();
    setNot({});
    if (form.to !== 'everyone' && !form[`${form.to}Id`]) throw unchosen(`${form.to}Id`);
    try {
      const e = await post(bodyOf(form));
      begin(e, pressed);
      go(`/test?drill=${e.id}`, true);
    } catch (e) {
      if (!(e instanceof Refused)) throw e;
      if (e.name === 'too-many-drills' && e.retryAfter) setNot({ until: moment() + e.retryAfter * 1000 });
      else if (e.name === 'nobody-available') setNot({ nobody: whyNot(form, e.problem.because ?? '', people) });
      else throw asLong(e);
    }
  });
  return (
    <main class="wide test">
      <header><h1>{say('test.title')}</h1><p class="soft">{say('test.why')}</p></header>
      <Who key={`${form.to}${form.departmentId}`} goal={form} me={me} department={departments.find((d) => d.id === form.departmentId)?.name ?? ''} />
      <div class="test-ask">
        <TestForm form={form} put={put} busy={busy} wrong={wrong} send={send} people={people} departments={departments} again={run !== undefined} />
        <div role="alert">
          {not.nobody && <p class="bar bad">{not.nobody}</p>}
          {not.until && <TooMany until={not.until} />}
        </div>
      </div>
      {run && <Steps key={run.id} run={run} language={me.language} />}
    </main>
  );
}

/** Why nobody's phone could ring: of one person what keeps them, of others what keeps them all. */
function whyNot(goal: Goal, because: string, people: Named[]): string {
  const name = people.find((p) => p.id === goal.memberId)?.name;
  if (goal.to === 'member' && name) return say('test.nobody.member', { name, why: wordOf('state', because) });
  return say('test.nobody', { why: wordOf('cause', because) });
}

/** Whom it is for is not said. Sent as it is, it would ring everybody. */
const unchosen = (field: string) => new Refused({ type: '', title: '', status: 422, detail: '', errors: [{ field, detail: say('test.chosen') }] }, 0);

/** Asks for a test. What got no answer is asked for with the same key when it is pressed again, so that it rings once. */
function usePost(): (body: object) => Promise<Escalation> {
  const last = useRef({ text: '', key: '' });
  return async (body) => {
    const text = JSON.stringify(body);
    if (last.current.text !== text) last.current = { text, key: crypto.randomUUID() };
    try {
      const e = (await call<Escalation>('POST', '/v1/drills', body, { headers: { 'Idempotency-Key': last.current.key } })).body;
      last.current = { text: '', key: '' };
      return e;
    } catch (e) {
      if (e instanceof Refused && e.problem.status < 500) last.current = { text: '', key: '' };
      throw e;
    }
  };
}

/** There are twenty an hour; minutes are counted down. */
function TooMany({ until }: { until: number }) {
  const minutes = useTicking(useCallback(() => Math.max(0, Math.ceil((until - moment()) / 60_000)), [until]));
  return <p class="bar warn">{minutes > 0 ? say('test.many', { n: minutes }) : say('test.many.over')}</p>;
}
