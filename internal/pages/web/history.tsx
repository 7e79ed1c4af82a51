// What happened to an escalation, in sentences, and how its turns were dealt.
import { useState } from 'preact/hooks';
import { Theirs } from './parts';
import { Receipt } from './receipt';
import { time, dayTime } from './times';
import { isWord, say } from './words';
import { type Escalation, type Happened } from './work';

/** Words for one event. No customer leaves a test: it is over when nobody takes it. */
export function sentence(h: Happened, drill: boolean): string {
  if (drill && h.what === 'cancelled') return say('did.untaken');
  const name = h.firstName ?? (h.memberId ? say('somebody') : '');
  const key = `did.${h.what}`, alone = `did.${h.what}.alone`;
  if (!name && isWord(alone)) return say(alone);
  return isWord(key) ? say(key, { name: name || say('somebody') }) : h.what;
}

/** Words for how it stands or ended. */
export function outcomeOf(e: Escalation): string {
  const name = e.assignedTo?.firstName ?? say('somebody');
  switch (e.state) {
    case 'ringing': return e.offer ? say('stands.ringing', { name: e.offer.firstName }) : say('stands.seeking');
    case 'active': return e.offer ? say('stands.passing', { name, to: e.offer.firstName }) : say('stands.active', { name });
    case 'callback': return say('stands.callback');
    case 'cancelled': return say(e.drill ? 'did.untaken' : 'ended.left');
    case 'completed': {
      const key = `outcome.${e.outcome}`;
      const by = e.history.findLast((h) => h.what === 'completed')?.firstName ?? name;
      return isWord(key) ? say(key, { name: by }) : say('stands.completed');
    }
  }
}

/** The history, the oldest first. */
export function History({ e, language }: { e: Escalation; language: string | null }) {
  const sameDay = new Date(e.createdAt).toDateString() === new Date().toDateString();
  return (
    <section class="card" aria-labelledby="history">
      <h3 id="history">{say('history.title')}</h3>
      <ol class="history">
        <li><time dateTime={e.createdAt}>{sameDay ? time(e.createdAt, language, true) : dayTime(e.createdAt, language)}</time><span>{say('did.asked')}</span></li>
        {e.history.map((h, i) => (
          <li key={i}>
            <time dateTime={h.at}>{sameDay ? time(h.at, language, true) : dayTime(h.at, language)}</time>
            <span>{sentence(h, e.drill)}{h.note && <>: <Theirs text={h.note} /></>}</span>
          </li>
        ))}
      </ol>
      {(e.note || e.verdict) && (
        <dl class="outcome">
          {e.verdict && <div><dt>{say('wrap.verdict')}</dt><dd>{isWord(`verdict.${e.verdict}`) ? say(`verdict.${e.verdict}` as 'verdict.right') : e.verdict}</dd></div>}
          {e.note && <div><dt>{say('wrap.note')}</dt><dd><Theirs text={e.note} /></dd></div>}
        </dl>
      )}
    </section>
  );
}

/** How each turn was dealt; read once somebody asks. */
export function Why({ id, language }: { id: string; language: string | null }) {
  const [open, set] = useState(false);
  return (
    <details class="card" onToggle={(event) => set(event.currentTarget.open)}>
      <summary>{say('escalation.why')}</summary>
      {open && <Receipt id={id} language={language} />}
    </details>
  );
}
