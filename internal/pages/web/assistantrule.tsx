// One condition as a form: its name, who is asked, and those parts of its "when" that are used.
import { useRef, useState } from 'preact/hooks';
import { type PartName, type Parts, type Rule, beginnings, partNames } from './assistantform';
import { Part } from './assistantparts';
import { type Named, choicesOf } from './everybody';
import { Pick, Text } from './fields';
import { Icon, type Wrong } from './parts';
import { say } from './words';

interface RuleProps { rule: Rule; name: string; put: (rule: Rule) => void; wrong: Wrong; departments: Named[] }

export function RuleForm({ rule, name, put, wrong, departments }: RuleProps) {
  const box = useRef<HTMLDivElement>(null);
  const there = partNames.filter((part) => rule.when[part] !== undefined);
  const left = partNames.filter((part) => rule.when[part] === undefined);
  const when = (change: Parts) => put({ ...rule, when: { ...rule.when, ...change } });
  const focusIn = (css: string) => setTimeout(() => box.current?.querySelector<HTMLElement>(css)?.focus());
  const add = (part: PartName) => {
    when({ [part]: beginnings[part] });
    focusIn(`[data-part="${part}"] :is(input, textarea, select)`);
  };
  const remove = (part: PartName) => {
    const { [part]: _, ...rest } = rule.when;
    put({ ...rule, when: rest });
    focusIn('.add-part > button');
  };
  const faults = [name, `${name}.id`, `${name}.when`].flatMap((field) => wrong[field] ?? []);
  return (
    <div class="rule" ref={box}>
      <div role="alert">{faults.map((w) => <p class="wrong">{say('assistant.rule')} {w}</p>)}</div>
      <div class="pair">
        <Text name={`${name}.name`} label={say('assistant.rule.name')} hint={say('assistant.rule.name.why')} value={rule.name} set={(to) => put({ ...rule, name: to })} wrong={wrong} />
        <Pick name={`${name}.departmentId`} label={say('assistant.rule.department')} hint={say('assistant.rule.department.why')} wrong={wrong} value={rule.departmentId}
          set={(departmentId) => put({ ...rule, departmentId })} options={choicesOf(departments, rule.departmentId, say('assistant.rule.anyone'), say('log.formerDepartment'))} />
      </div>
      <h4>{say('assistant.when')}</h4>
      {there.map((part) => (
        <div class="rule-part" key={part} data-part={part}>
          <Part part={part} name={`${name}.when.${part}`} value={rule.when} put={when} wrong={wrong} departments={departments} />
          <button type="button" class="quiet drop" aria-label={say('assistant.part.remove', { part: say(`assistant.part.${part}`) })} title={say('assistant.remove.short')} onClick={() => remove(part)}><Icon name="x" /></button>
        </div>
      ))}
      {left.length > 0 && <AddPart parts={left} add={add} first={there.length === 0} />}
    </div>
  );
}

/** The parts that are not used yet, each with what it is for. */
function AddPart({ parts, add, first }: { parts: PartName[]; add: (part: PartName) => void; first: boolean }) {
  const [open, show] = useState(first);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    show(false);
    button.current?.focus();
  };
  return (
    <div class="add-part" onKeyDown={(e) => { if (e.key === 'Escape' && open) { e.stopPropagation(); close(); } }}>
      <button type="button" ref={button} aria-expanded={open} onClick={() => show(!open)}><Icon name="plus" />{say('assistant.part.add')}</button>
      {open && (
        <ul class="new-part">
          {parts.map((part) => <li key={part}><button type="button" onClick={() => { show(false); add(part); }}><b>{say(`assistant.part.${part}`)}</b><small>{say(`assistant.part.${part}.why`)}</small></button></li>)}
        </ul>
      )}
    </div>
  );
}
