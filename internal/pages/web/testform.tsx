// What is tested: a call or a chat, for whom, and what the agent reads.
import { choicesOf, type Named } from './everybody';
import { Area, Pick, Text } from './fields';
import { Faults } from './forms';
import { Icon, type Wrong } from './parts';
import { say } from './words';

interface Said { from: 'customer' | 'assistant' | 'agent'; text: string }

/** For whom it rings. */
export interface Goal { channel: 'call' | 'chat'; to: 'everyone' | 'department' | 'member'; departmentId: string; memberId: string }

/** What the form holds. Own is whether the agent reads a conversation of one's own. */
export interface Asked extends Goal { own: boolean; summary: string; trigger: string; messages: Said[] }

export const initial: Asked = { channel: 'chat', to: 'everyone', departmentId: '', memberId: '', own: false, summary: '', trigger: '', messages: [] };

/** What is sent. */
export const bodyOf = (f: Asked): object => ({
  channel: f.channel,
  ...(f.to === 'department' ? { departmentId: f.departmentId } : f.to === 'member' ? { memberId: f.memberId } : {}),
  ...(f.own ? { conversation: { summary: f.summary, trigger: f.trigger, messages: f.messages } } : {}),
});

interface FormProps { form: Asked; put: (change: Partial<Asked>) => void; busy: boolean; wrong: Wrong; send: () => void; people: Named[]; departments: Named[]; again: boolean }

export function TestForm({ form: f, put, busy, wrong, send, people, departments, again }: FormProps) {
  const goals = [['everyone', say('test.everyone')], ...(departments.length > 0 ? [['department', say('test.department')]] : []), ['member', say('test.member')]] as [Goal['to'], string][];
  const toward = (to: Goal['to']) => put({ to, departmentId: f.departmentId || (departments[0]?.id ?? ''), memberId: f.memberId || (people[0]?.id ?? '') });
  return (
    <form class="card test-form" noValidate onSubmit={(e) => { e.preventDefault(); if (!busy) send(); }} aria-busy={busy}>
      <fieldset class="row">
        <legend>{say('test.what')}</legend>
        {(['chat', 'call'] as const).map((c) => <label class="check" key={c}><input type="radio" name="channel" checked={f.channel === c} onChange={() => put({ channel: c })} />{say(c === 'call' ? 'live.aCall' : 'live.aChat')}</label>)}
      </fieldset>
      <fieldset class="row">
        <legend>{say('test.for')}</legend>
        {goals.map(([to, word]) => <label class="check" key={to}><input type="radio" name="to" checked={f.to === to} onChange={() => toward(to)} />{word}</label>)}
      </fieldset>
      {f.to === 'department' && <Pick name="departmentId" label={say('log.department')} wrong={wrong} value={f.departmentId} set={(departmentId) => put({ departmentId })} options={choicesOf(departments, f.departmentId, say('test.choose'), say('log.formerDepartment'))} />}
      {f.to === 'member' && <Pick name="memberId" label={say('log.member')} wrong={wrong} value={f.memberId} set={(memberId) => put({ memberId })} options={choicesOf(people, f.memberId, say('test.choose'), say('log.former'))} />}
      <details open={f.own} onToggle={(e) => { if (e.currentTarget.open !== f.own) put({ own: e.currentTarget.open }); }}>
        <summary>{say('test.own')}</summary>
        <Own form={f} put={put} wrong={wrong} />
      </details>
      <Faults wrong={wrong} besides={Object.keys(wrong).filter((name) => name.startsWith('conversation.') || name === 'departmentId' && f.to === 'department' || name === 'memberId' && f.to === 'member')} />
      <p class="row"><button class="main" disabled={busy}>{say(again ? 'test.again' : 'test.do')}</button></p>
    </form>
  );
}

/** What the agent reads. */
function Own({ form: f, put, wrong }: { form: Asked; put: (change: Partial<Asked>) => void; wrong: Wrong }) {
  const change = (i: number, to: Partial<Said>) => put({ messages: f.messages.map((m, n) => n === i ? { ...m, ...to } : m) });
  const froms = (['customer', 'assistant', 'agent'] as const).map((from) => [from, say(`from.${from}`)] as const);
  return (
    <div class="own">
      <p class="about">{say('test.own.why')}</p>
      <Area name="conversation.summary" label={say('test.summary')} wrong={wrong} value={f.summary} set={(summary) => put({ summary })} rows={2} />
      <Text name="conversation.trigger" label={say('customer.trigger')} wrong={wrong} optional value={f.trigger} set={(trigger) => put({ trigger })} />
      {f.messages.map((m, i) => (
        <fieldset class="said" key={i}>
          <legend class="sr">{say('test.message', { n: i + 1 })}</legend>
          <Pick name={`conversation.messages[${i}].from`} label={say('test.from')} wrong={wrong} value={m.from} set={(from) => change(i, { from })} options={froms} />
          <Area name={`conversation.messages[${i}].text`} label={say('test.text')} wrong={wrong} value={m.text} set={(text) => change(i, { text })} rows={2} />
          <button type="button" class="quiet" aria-label={say('test.remove.of', { n: i + 1 })} onClick={() => put({ messages: f.messages.filter((_, n) => n !== i) })}><Icon name="trash-2" />{say('test.remove')}</button>
        </fieldset>
      ))}
      <div role="alert">{(wrong['conversation.messages'] ?? []).map((w) => <p class="wrong">{say('test.messages')} {w}</p>)}</div>
      <p><button type="button" onClick={() => put({ messages: [...f.messages, { from: f.messages.at(-1)?.from === 'customer' ? 'assistant' : 'customer', text: '' }] })}><Icon name="plus" />{say('test.add')}</button></p>
    </div>
  );
}
