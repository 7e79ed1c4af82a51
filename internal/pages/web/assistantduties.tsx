// What people do and the assistant does not: it reads this before it decides whom to ask.
import { useRef, useState } from 'preact/hooks';
import { type TypedDuty, newDuty } from './assistantform';
import { type Named, choicesOf } from './everybody';
import { Area, Pick, Text } from './fields';
import { Icon, type Wrong } from './parts';
import { Group } from './settings';
import { say } from './words';

/** As many as the API takes. */
const most = 50;

interface DutiesProps { duties: TypedDuty[]; put: (duties: TypedDuty[]) => void; moved: (duties: TypedDuty[]) => void; wrong: Wrong; departments: Named[] }

export function Duties({ duties, put, moved, wrong, departments }: DutiesProps) {
  const list = useRef<HTMLUListElement>(null), button = useRef<HTMLButtonElement>(null);
  const [said, tell] = useState('');
  const add = () => {
    moved([...duties, newDuty()]);
    setTimeout(() => list.current?.querySelector<HTMLElement>('li:last-child input')?.focus());
  };
  const remove = (i: number) => {
    moved(duties.toSpliced(i, 1));
    tell(say('assistant.removed', { name: duties[i]!.title || say('assistant.duty', { n: i + 1 }) }));
    setTimeout(() => button.current?.focus()); // it comes back where there were the most
  };
  return (
    <Group title={say('assistant.duties')} why={say('assistant.duties.why')}>
      <div role="alert">{wrong['duties']?.map((w) => <p class="wrong">{say('assistant.duties')} {w}</p>)}</div>
      {duties.length === 0 && <p class="empty">{say('assistant.duties.none')}</p>}
      <ul class="duties" ref={list}>
        {duties.map((d, i) => <li key={d.key}><Duty at={i} duty={d} put={(to) => put(duties.with(i, to))} remove={() => remove(i)} wrong={wrong} departments={departments} /></li>)}
      </ul>
      <p role="status" class="sr">{said}</p>
      {duties.length < most ? <p><button type="button" ref={button} onClick={add}><Icon name="plus" />{say('assistant.duties.add')}</button></p> : <p class="hint">{say('assistant.duties.most', { n: most })}</p>}
    </Group>
  );
}

interface DutyProps { at: number; duty: TypedDuty; put: (duty: TypedDuty) => void; remove: () => void; wrong: Wrong; departments: Named[] }

function Duty({ at, duty, put, remove, wrong, departments }: DutyProps) {
  const name = `duties[${at}]`;
  return (
    <fieldset class="duty">
      <legend class="sr">{say('assistant.duty', { n: at + 1 })}</legend>
      {wrong[name]?.map((w) => <p class="wrong">{say('assistant.duty', { n: at + 1 })} {w}</p>)}
      <div class="pair">
        <Text name={`${name}.title`} label={say('assistant.duty.title')} value={duty.title} set={(title) => put({ ...duty, title })} wrong={wrong} />
        <Pick name={`${name}.departmentId`} label={say('assistant.duty.department')} wrong={wrong} value={duty.departmentId} set={(departmentId) => put({ ...duty, departmentId })}
          options={choicesOf(departments, duty.departmentId, say('assistant.everyone'), say('log.formerDepartment'))} />
      </div>
      <Area name={`${name}.description`} label={say('assistant.duty.description')} value={duty.description} set={(description) => put({ ...duty, description })} rows={2} wrong={wrong} />
      <p><button type="button" class="quiet" aria-label={say('assistant.remove', { name: duty.title || say('assistant.duty', { n: at + 1 }) })} onClick={remove}><Icon name="trash-2" />{say('assistant.remove.short')}</button></p>
    </fieldset>
  );
}
