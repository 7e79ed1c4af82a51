// What the assistant would be told of a message: asked of the server, which goes by what is saved.
import { useRef, useState } from 'preact/hooks';
import { call } from './api';
import { type Settings } from './assistantform';
import { marked } from './assistantmarks';
import { tongues } from './assistantparts';
import { useDraft } from './drafts';
import { type Named, choicesOf } from './everybody';
import { Area, Pick, Text, Tick } from './fields';
import { Faults } from './forms';
import { Theirs, useDoing } from './parts';
import { Group } from './settings';
import { ago } from './times';
import { say } from './words';

/** What an assistant tells, as it is typed. */
interface Signals { message: string; wantsPerson: boolean; confidence: string; intent: string; sentiment: string; failedTurns: string; turns: string; attributes: string; language: string; channel: '' | 'call' | 'chat'; departmentId: string }

const nothing: Signals = { message: '', wantsPerson: false, confidence: '', intent: '', sentiment: '', failedTurns: '', turns: '', attributes: '', language: '', channel: '', departmentId: '' };

interface Decision { escalate: boolean; conditionId: string; rule: 'off' | 'people_at_it' | 'wish' | 'handed_back' | 'confidence' | 'condition' | 'none'; matched: string; departmentId: string; departmentName: string | null }

/** Who could take a customer now. */
interface Availability { now: { call: number; chat: number }; nextAt: string | null }

/** What came of a try, with what it was of. */
interface Tried { signals: Signals; decision: Decision; free: Availability | undefined; saved: Settings | undefined }

/** A line such as orderValue = 500. What is typed as the value may hold further signs of its kind. */
function attributeOf(line: string): [name: string, value: string] {
  const at = line.search(/[=:]/);
  return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}

/** What is sent: what nobody typed was not told. */
function bodyOf({ message, wantsPerson, confidence, attributes, ...more }: Signals): object {
  const named = attributes.split('\n').map(attributeOf).filter(([name]) => name);
  const signals = {
    message, ...(wantsPerson && { wantsPerson }), ...(confidence.trim() && { confidence: `${confidence.replace('%', '').trim()}%` }),
    ...Object.fromEntries(Object.entries(more).filter(([, value]) => value.trim())), ...(named.length > 0 && { attributes: Object.fromEntries(named) }),
  };
  return { signals };
}

interface TryProps { changed: boolean; saved: Settings | undefined; departments: Named[]; language: string | null }

export function Try({ changed, saved, departments, language }: TryProps) {
  const [signals, put] = useDraft('assistant/try', nothing);
  const [tried, set] = useState<Tried>();
  const answer = useRef<HTMLDivElement>(null);
  const { busy, wrong, run } = useDoing();
  const ask = () => run(async () => {
    const { body } = await call<Decision>('POST', '/v1/assistant/decide', bodyOf(signals));
    const free = body.escalate ? await call<Availability>('GET', body.departmentId ? `/v1/departments/${body.departmentId}/availability` : '/v1/availability').then((a) => a.body, () => undefined) : undefined;
    set({ signals, decision: body, free, saved });
    setTimeout(() => answer.current?.scrollIntoView({ block: 'nearest' }));
  });
  return (
    <Group title={say('assistant.try')} why={say('assistant.try.why')}>
      <form class="try" noValidate aria-busy={busy} onSubmit={(e) => { e.preventDefault(); if (!busy) ask(); }}>
        <Area name="message" label={say('assistant.try.message')} value={signals.message} set={(message) => put({ message })} rows={3} />
        <details>
          <summary>{say('assistant.try.more')}</summary>
          <More signals={signals} put={put} departments={departments} />
        </details>
        {changed && <p class="bar warn">{say('assistant.try.unsaved')}</p>}
        <Faults wrong={wrong} />
        <p><button disabled={busy}>{say('assistant.try.do')}</button></p>
      </form>
      <div role="status" ref={answer}>{tried?.signals === signals && tried.saved === saved && <Answer tried={tried} language={language} />}</div>
    </Group>
  );
}

/** The signals beside the message. */
function More({ signals: s, put, departments }: { signals: Signals; put: (change: Partial<Signals>) => void; departments: Named[] }) {
  const text = (of: 'intent' | 'sentiment') => <Text name={of} label={say(of === 'intent' ? 'assistant.part.intents' : 'assistant.part.sentiment')} optional value={s[of]} set={(to) => put({ [of]: to })} />;
  const count = (of: 'confidence' | 'failedTurns' | 'turns', max: number) => <Text name={of} type="number" min={0} max={max} label={say(`assistant.try.${of}`)} optional value={s[of]} set={(to) => put({ [of]: to })} />;
  return (
    <div class="signals">
      <Tick name="wantsPerson" label={say('assistant.try.wantsPerson')} value={s.wantsPerson} set={(wantsPerson) => put({ wantsPerson })} />
      <div class="pair">{count('confidence', 100)}{count('failedTurns', 1000)}{count('turns', 1000)}{text('intent')}{text('sentiment')}
        <Pick name="language" label={say('assistant.try.language')} value={s.language} set={(language) => put({ language })} options={[['', say('assistant.try.untold')], ...tongues([])]} />
        <Pick name="channel" label={say('assistant.try.channel')} value={s.channel} set={(channel) => put({ channel })} options={[['', say('assistant.try.untold')], ['call', say('live.aCall')], ['chat', say('live.aChat')]]} />
        <Pick name="departmentId" label={say('assistant.part.department')} value={s.departmentId} set={(departmentId) => put({ departmentId })} options={choicesOf(departments, s.departmentId, say('assistant.try.untold'), say('log.formerDepartment'))} />
      </div>
      <Area name="attributes" label={say('assistant.part.attributes')} hint={say('assistant.try.attributes.hint')} value={s.attributes} set={(attributes) => put({ attributes })} rows={2} />
    </div>
  );
}

/** Which rule fires, by which words, and who would be asked; or why nobody is. */
function Answer({ tried: { signals: { message }, decision: d, free, saved }, language }: { tried: Tried; language: string | null }) {
  const name = saved?.conditions.find((c) => c.id === d.conditionId)?.name;
  const parts = d.matched ? marked(message, d.matched) : undefined;
  return (
    <div class={`sentence${d.escalate ? '' : ' stays'}`}>
      <p><strong>{d.escalate ? say(d.departmentName ? 'assistant.tried.department' : 'assistant.tried.everyone', { name: d.departmentName ?? '' }) : say('assistant.tried.stays')}</strong></p>
      <p>{d.rule === 'condition' && !name ? say('assistant.rule.since') : say(`assistant.rule.${d.rule}`, { name: name ?? '' })}</p>
      {parts && <blockquote><Theirs text={parts[0]} /><mark><Theirs text={parts[1]} /></mark><Theirs text={parts[2]} /></blockquote>}
      {d.matched && !parts && <p>{say('assistant.tried.matched')} <Theirs text={d.matched} /></p>}
      {free && <p>{whoIsFree(free, language)}</p>}
    </div>
  );
}

/** Whether anybody could take it now. */
function whoIsFree({ now, nextAt }: Availability, language: string | null): string {
  if (now.call + now.chat > 0) return say('assistant.free', { call: now.call, chat: now.chat });
  return nextAt ? say('assistant.free.later', { time: ago(nextAt, language) }) : say('assistant.free.nobody');
}
