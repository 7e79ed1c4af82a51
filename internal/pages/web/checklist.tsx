// The steps of a business that begins: above Live, and in my work of an owner who is alone.
import { useState } from 'preact/hooks';
import { type Member } from './api';
import { type Step, stepsOf, useFacts } from './checklistfacts';
import { firstWords } from './firstwords';
import { isClosed, keep, kept } from './kept';
import { Icon, Link } from './parts';
import { addWords, say } from './words';

addWords(firstWords);

export function Checklist({ me, alone }: { me: Member; alone: boolean }) {
  const facts = useFacts(me);
  const [look, see] = useState(kept('first'));
  if (!facts || isClosed(look, alone) || alone !== (facts.members.length === 1)) return null;
  const steps = stepsOf(facts, me);
  const ready = steps.every((s) => s.done || s.optional);
  const turn = (to: 'folded' | 'closed' | 'closed-alone' | null) => {
    keep('first', to);
    see(to);
    if (!isClosed(to, alone)) return;
    const h1 = document.querySelector<HTMLElement>('main h1'); // the button goes
    h1?.setAttribute('tabindex', '-1');
    h1?.focus({ preventScroll: true });
  };
  const folded = look === 'folded';
  return (
    <section class="first" aria-labelledby="first">
      <header>
        <h2 id="first">{say('first.title')} <span class="count">{say('first.count', { n: steps.filter((s) => s.done).length, all: steps.length })}</span></h2>
        <button class="quiet" aria-expanded={!folded} onClick={() => turn(folded ? null : 'folded')}>{say(folded ? 'first.unfold' : 'first.fold')}</button>
      </header>
      {!folded && <ol>{steps.map((s) => <Row key={s.name} s={s} here={alone} />)}</ol>}
      <div role="status">{ready && !folded && <p class="ready"><b>{say('first.ready')}</b> {say('first.ready.why')}</p>}</div>
      {!folded && alone && <p>{say('first.others')} <Link to="/team/new">{say('first.others.do')}</Link></p>}
      {!folded && ready && <p><button onClick={() => turn(alone ? 'closed-alone' : 'closed')}>{say('first.close')}</button></p>}
    </section>
  );
}

/** One step. Here: the switch by which somebody goes online is on the same screen. */
function Row({ s, here }: { s: Step; here: boolean }) {
  const at = s.name === 'you' && here;
  const label = say(`first.${s.name}`);
  return (
    <li class={s.done ? 'done' : ''}>
      <span class="mark">{s.done && <Icon name="check" />}</span>
      <div>
        <p><span class="sr">{say(s.done ? 'first.done' : 'first.open')} </span>{s.done || at ? label : <Link to={s.to}>{label}</Link>}{s.optional && <> <span class="tag">{say('first.optional')}</span></>}</p>
        {!s.done && <p class="hint">{say(at ? 'first.you.here' : `first.${s.name}.why`, { name: s.who })}</p>}
      </div>
    </li>
  );
}
