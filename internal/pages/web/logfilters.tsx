// What narrows the log. Where there is little room, what is seldom asked for is folded.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { type Member } from './api';
import { choicesOf, useEverybody } from './everybody';
import { Pick, Text } from './fields';
import { type LogFilter, asks, filterOf, seldom } from './logfilter';
import { type Wrong } from './parts';
import { Search } from './search';
import { useDepartments } from './team';
import { useMedia } from './wide';
import { type Word, say } from './words';

interface FiltersProps { filter: LogFilter; choose: (f: LogFilter) => void; wrong: Wrong; me: Member }

type Choice = readonly [value: string, word: Word];

const states: Choice[] = [['', 'log.any'], ['open', 'log.state.open'], ['ringing', 'log.is.ringing'], ['active', 'log.is.active'], ['completed', 'log.state.completed'], ['callback', 'log.is.callback'], ['cancelled', 'log.is.cancelled']];
const channels: Choice[] = [['', 'log.any'], ['call', 'live.aCall'], ['chat', 'live.aChat']];
const outcomes: Choice[] = [['', 'log.any'], ['resolved', 'log.was.resolved'], ['hand_back', 'log.was.hand_back'], ['no_customer', 'log.was.no_customer'], ['customer_left', 'log.was.customer_left'], ['timed_out', 'log.was.timed_out']];
const verdicts: Choice[] = [['', 'log.any'], ['right', 'verdict.right'], ['assistant_should_know', 'verdict.assistant_should_know']];
const drills: Choice[] = [['', 'log.drill.all'], ['false', 'log.drill.none'], ['true', 'log.drill.only']];

/** Choices in words, with what stands in the address where it is none of them. */
const inWords = (choices: Choice[], chosen: string): [string, string][] =>
  [...choices.map(([value, word]): [string, string] => [value, say(word)]), ...(choices.some(([value]) => value === chosen) ? [] : [[chosen, chosen] as [string, string]])];

export function Filters({ filter, choose, wrong, me }: FiltersProps) {
  const manages = me.role !== 'staff';
  const people = useEverybody(manages), departments = useDepartments().value?.items ?? [];
  const wide = useMedia('(min-width: 56.25rem)');
  const put = (change: Partial<LogFilter>) => choose({ ...filter, ...change });
  const pick = (name: keyof LogFilter, word: Word, options: readonly (readonly [string, string])[]) => <Pick name={name} label={say(word)} wrong={wrong} value={filter[name]} set={(value) => put({ [name]: value })} options={options} />;
  return (
    <div class="filters log-filters">
      <Search customer={filter.customer} wrong={wrong} find={(customer) => put({ customer })} />
      {pick('state', 'log.state', inWords(states, filter.state))}
      <Rest wide={wide} n={seldom.filter((name) => filter[name]).length}>
        <Text name="from" label={say('log.from')} wrong={wrong} type="date" optional value={filter.from} set={(from) => put({ from })} />
        <Text name="to" label={say('log.to')} wrong={wrong} type="date" optional value={filter.to} set={(to) => put({ to })} />
        {manages && pick('memberId', 'log.member', choicesOf(people, filter.memberId, say('log.anyone'), say('log.former')))}
        {departments.length > 0 && pick('departmentId', 'log.department', choicesOf(departments, filter.departmentId, say('callbacks.all'), say('log.formerDepartment')))}
        {pick('channel', 'log.channel', inWords(channels, filter.channel))}
        {pick('outcome', 'log.outcome', inWords(outcomes, filter.outcome))}
        {pick('verdict', 'log.verdict', inWords(verdicts, filter.verdict))}
        {pick('drill', 'log.drill', inWords(drills, filter.drill))}
      </Rest>
      {asks(filter) && <button class="quiet clear" onClick={() => choose(filterOf(new URLSearchParams()))}>{say('log.clear')}</button>}
    </div>
  );
}

/** What is seldom asked for: beside the others where there is room, else folded with how many are set. */
function Rest({ wide, n, children }: { wide: boolean; n: number; children: ComponentChildren }) {
  const [open, set] = useState(n > 0);
  if (wide) return <>{children}</>;
  return (
    <details class="rest" open={open} onToggle={(e) => set(e.currentTarget.open)}>
      <summary>{n ? say('log.moreFilters.n', { n }) : say('log.moreFilters')}</summary>
      <div class="filters">{children}</div>
    </details>
  );
}
