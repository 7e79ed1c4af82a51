// The conditions in their order: folded each is a sentence, unfolded a form.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Rule, newKey, newRule } from './assistantform';
import { RuleForm } from './assistantrule';
import { sentenceOf } from './assistantsum';
import type { Named } from './everybody';
import { Icon, type Wrong, wrongWith } from './parts';
import { Group } from './settings';
import { say } from './words';

/** As many as the API takes. */
const most = 200;

interface RulesProps { rules: Rule[]; put: (rules: Rule[]) => void; moved: (rules: Rule[]) => void; wrong: Wrong; departments: Named[] }

/** Gives the focus to a control of a condition once that is drawn. */
const focusOn = (key: string, what: string): void => void setTimeout(() => document.querySelector<HTMLElement>(`[data-rule="${CSS.escape(key)}"] ${what}`)?.focus());

/** Which conditions are unfolded: those that somebody opened, and those with something wrong. */
function useOpen(rules: Rule[], wrong: Wrong) {
  const [open, set] = useState<ReadonlySet<string>>(new Set());
  const faulty = rules.filter((_, i) => wrongWith(wrong, `conditions[${i}]`).length > 0).map((r) => r.key);
  useEffect(() => { if (faulty.length > 0) set((was) => new Set([...was, ...faulty])); }, [Object.keys(wrong).join()]);
  const turn = (key: string, to = !open.has(key)) => set((was) => { const next = new Set(was); if (to) next.add(key); else next.delete(key); return next; });
  return { open, turn };
}

export function Rules({ rules, put, moved, wrong, departments }: RulesProps) {
  const { open, turn } = useOpen(rules, wrong);
  const [said, tell] = useState('');
  const add = useRef<HTMLButtonElement>(null);
  const nameOf = (r: Rule) => r.name || say('assistant.rule.new');
  const insert = (at: number, r: Rule) => {
    moved(rules.toSpliced(at, 0, r));
    turn(r.key, true);
    focusOn(r.key, 'input');
  };
  const move = (i: number, by: -1 | 1) => {
    const r = rules[i]!, to = i + by;
    moved(rules.toSpliced(i, 1).toSpliced(to, 0, r));
    tell(say('assistant.moved', { name: nameOf(r), n: to + 1, all: rules.length }));
    const end = to === 0 || to === rules.length - 1;
    focusOn(r.key, `[data-move="${(by < 0) === end ? 'down' : 'up'}"]`);
  };
  const remove = (i: number) => {
    const next = rules[i + 1] ?? rules[i - 1];
    moved(rules.toSpliced(i, 1));
    tell(say('assistant.removed', { name: nameOf(rules[i]!) }));
    if (next) focusOn(next.key, '[aria-expanded]');
    else add.current?.focus();
  };
  return (
    <Group title={say('assistant.rules')} why={say('assistant.rules.why')}>
      <div role="alert">{wrong['conditions']?.map((w) => <p class="wrong">{say('assistant.rules')} {w}</p>)}</div>
      {rules.length === 0 && <p class="empty">{say('assistant.rules.none')}</p>}
      <ol class="rules">
        {rules.map((r, i) => (
          <li key={r.key} data-rule={r.key}>
            <Head rule={r} at={i} all={rules.length} open={open.has(r.key)} turn={() => turn(r.key)} departments={departments} move={(by) => move(i, by)}
              copy={rules.length < most ? () => insert(i + 1, { ...structuredClone(r), key: newKey(), id: '', name: say('assistant.copyOf', { name: r.name }) }) : undefined} remove={() => remove(i)} />
            {open.has(r.key) && <RuleForm rule={r} name={`conditions[${i}]`} put={(to) => put(rules.with(i, to))} wrong={wrong} departments={departments} />}
          </li>
        ))}
      </ol>
      <p role="status" class="sr">{said}</p>
      {rules.length < most ? <p><button type="button" ref={add} onClick={() => insert(rules.length, newRule())}><Icon name="plus" />{say('assistant.rules.add')}</button></p> : <p class="hint">{say('assistant.rules.most', { n: most })}</p>}
    </Group>
  );
}

interface HeadProps { rule: Rule; at: number; all: number; open: boolean; turn: () => void; departments: Named[]; move: (by: -1 | 1) => void; copy: (() => void) | undefined; remove: () => void }

/** What a condition is called, what it says, and what can be done with it. */
function Head({ rule, at, all, open, turn, departments, move, copy, remove }: HeadProps) {
  const name = rule.name || say('assistant.rule.new');
  return (
    <div class="rule-head">
      <h3>
        <button type="button" class="quiet" aria-expanded={open} onClick={turn}><span class="number">{at + 1}</span><bdi>{name}</bdi></button>
      </h3>
      {!open && <p class="sum">{sentenceOf(rule, departments)}</p>}
      <p class="does">
        <button type="button" class="quiet" data-move="up" disabled={at === 0} aria-label={say('assistant.up', { name })} title={say('assistant.up.short')} onClick={() => move(-1)}><Icon name="arrow-up" /></button>
        <button type="button" class="quiet" data-move="down" disabled={at === all - 1} aria-label={say('assistant.down', { name })} title={say('assistant.down.short')} onClick={() => move(1)}><Icon name="arrow-down" /></button>
        <button type="button" class="quiet" disabled={!copy} aria-label={say('assistant.copy', { name })} title={say('assistant.copy.short')} onClick={copy}><Icon name="copy" /></button>
        <button type="button" class="quiet" aria-label={say('assistant.remove', { name })} title={say('assistant.remove.short')} onClick={remove}><Icon name="trash-2" /></button>
      </p>
    </div>
  );
}
