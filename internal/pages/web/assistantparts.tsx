// The inputs of each part of a condition.
import { useRef } from 'preact/hooks';
import { type Attribute, type PartName, type Parts, beginnings, comparisons, hasValue, linesOf } from './assistantform';
import { type Named, choicesOf } from './everybody';
import { Pick, Text, Ticks } from './fields';
import { languageName } from './languages';
import { Icon, Labelled, type Wrong } from './parts';
import { say } from './words';

interface PartProps { part: PartName; name: string; value: Parts; put: (change: Parts) => void; wrong: Wrong; departments: Named[] }

export function Part({ part, name, value, put, wrong, departments }: PartProps) {
  const p = { name, label: say(`assistant.part.${part}`), hint: say(`assistant.part.${part}.hint`), wrong };
  switch (part) {
    case 'phrases': case 'unless': case 'intents':
      return <Lines {...p} value={value[part]!} set={(to) => put({ [part]: to })} />;
    case 'sentiment':
      return <Text {...p} value={value.sentiment!} set={(sentiment) => put({ sentiment })} />;
    case 'confidenceBelow': case 'failedTurns': case 'turnsOver':
      return <Text {...p} type="number" min={part === 'turnsOver' ? 0 : 1} max={part === 'confidenceBelow' ? 100 : 1000} value={value[part]!} set={(to) => put({ [part]: to })} />;
    case 'attributes':
      return <Attributes {...p} value={value.attributes!} set={(attributes) => put({ attributes })} />;
    case 'languages':
      return <div class="chips"><Ticks {...p} value={value.languages!} set={(languages) => put({ languages })} options={tongues(value.languages!)} /></div>;
    case 'channels':
      return <Ticks {...p} value={value.channels!} set={(channels) => put({ channels })} options={(['call', 'chat'] as const).map((c) => [c, say(c === 'call' ? 'live.aCall' : 'live.aChat')] as const)} />;
    case 'hours':
      return <Pick {...p} value={value.hours!} set={(hours) => put({ hours })} options={(['closed', 'open'] as const).map((h) => [h, say(`assistant.hours.${h}`)] as const)} />;
    case 'department':
      if (value.department && !departments.some((d) => d.id === value.department)) p.hint = say('assistant.part.department.gone');
      return <Pick {...p} value={value.department!} set={(department) => put({ department })} options={choicesOf(departments, value.department!, say('test.choose'), say('log.formerDepartment'))} />;
  }
}

/** Languages to choose from: many customers speak one of them. */
export const common = ['ar', 'bn', 'de', 'en', 'es', 'fa', 'fr', 'gu', 'he', 'hi', 'id', 'it', 'ja', 'kn', 'ko', 'ml', 'mr', 'ms', 'nl', 'pa', 'pl', 'pt', 'ru', 'sw', 'ta', 'te', 'th', 'tr', 'uk', 'ur', 'vi', 'zh'];

/** Languages to tick, each by its own name, and what was chosen elsewhere. */
export const tongues = (chosen: string[], all = common): (readonly [string, string])[] =>
  [...new Set([...all, ...chosen.filter((tag) => tag.trim())])].map((tag) => [tag, languageName(tag)] as const);

interface LinesProps { name: string; label: string; hint: string; wrong: Wrong; value: string; set: (to: string) => void }

/** A list as lines. What is wrong with one of them says which. */
function Lines({ name, label, hint, wrong, value, set }: LinesProps) {
  const lines = linesOf(value);
  const named: Wrong = {};
  for (const [field, all] of Object.entries(wrong)) {
    const at = field.startsWith(`${name}[`) ? Number(field.slice(name.length + 1, -1)) : undefined;
    if (at !== undefined && lines[at] !== undefined) named[field] = all.map((w) => `${say('assistant.quoted', { text: lines[at]! })} ${w}`);
    else if (field === name || at !== undefined) named[field] = all;
  }
  return (
    <Labelled name={name} label={label} hint={hint} wrong={named}>{(n) => (
      <textarea {...n} dir="auto" rows={Math.min(8, Math.max(2, value.split('\n').length + 1))} value={value} spellcheck={false} onInput={(e) => set(e.currentTarget.value)} />
    )}</Labelled>
  );
}

interface AttributesProps { name: string; label: string; hint: string; wrong: Wrong; value: Attribute[]; set: (to: Attribute[]) => void }

/** What the assistant knows, compared with values; any one is enough. */
function Attributes({ name, label, hint, wrong, value, set }: AttributesProps) {
  const box = useRef<HTMLFieldSetElement>(null);
  const change = (i: number, to: Partial<Attribute>) => set(value.with(i, { ...value[i]!, ...to }));
  const add = () => {
    set([...value, ...beginnings.attributes]);
    setTimeout(() => [...box.current?.querySelectorAll<HTMLElement>('.attribute') ?? []].at(-1)?.querySelector('input')?.focus());
  };
  const remove = (i: number) => {
    set(value.toSpliced(i, 1));
    setTimeout(() => box.current?.querySelector<HTMLElement>('input')?.focus());
  };
  return (
    <fieldset class="field" ref={box}>
      <legend>{label}</legend>
      <p class="about">{hint}</p>
      {wrong[name]?.map((w) => <p class="wrong">{label} {w}</p>)}
      {value.map((a, i) => (
        <div class="attribute" key={i} role="group" aria-label={say('assistant.attribute', { n: i + 1 })}>
          <Text name={`${name}[${i}].name`} label={say('assistant.attribute.name')} value={a.name} set={(to) => change(i, { name: to })} wrong={wrong} />
          <Pick name={`${name}[${i}].comparison`} label={say('assistant.attribute.how')} value={a.comparison} set={(comparison) => change(i, { comparison })} options={comparisons.map((c) => [c, say(`assistant.how.${c}`)] as const)} wrong={wrong} />
          {hasValue(a) && <Text name={`${name}[${i}].value`} label={say('assistant.attribute.value')} value={a.value} set={(to) => change(i, { value: to })} wrong={wrong} />}
          {value.length > 1 && <button type="button" class="quiet" aria-label={say('assistant.attribute.remove', { n: i + 1 })} title={say('assistant.remove.short')} onClick={() => remove(i)}><Icon name="trash-2" /></button>}
        </div>
      ))}
      <p><button type="button" class="quiet" onClick={add}><Icon name="plus" />{say('assistant.attribute.add')}</button></p>
    </fieldset>
  );
}
