// The ledger of a callback: what each conversation asked, with the customer as it gave them, and who
// tried to reach them.
import { useState } from 'preact/hooks';
import { type Member, call } from './api';
import { type Entry, type Said, type WholeCallback, nameOf, wordOf } from './callback';
import { Reach } from './callbackpage';
import { Conversation } from './conversation';
import { Filing } from './filing';
import { Faults } from './forms';
import { Icon, Theirs, useDoing } from './parts';
import { dayTime } from './times';
import { say } from './words';
import { type Escalation } from './work';

export function Entries({ c, me, unread, again }: { c: WholeCallback; me: Member; unread: number; again: () => void }) {
  const older = useOlder(c);
  const said = new Map([...c.conversations, ...older.list].map((v) => [v.escalationId, v]));
  const newest = [...c.entries].reverse();
  return (
    <section aria-labelledby="entries">
      <h2 id="entries">{say('callback.entries')} <span class="count">{c.entriesCount}</span></h2>
      {c.entriesCount > c.entries.length && <p class="about">{say('callback.entries.some', { n: c.entries.length, all: c.entriesCount })}</p>}
      <ol class="entries">{newest.map((e, i) => <OneEntry key={e.escalationId} e={e} said={said.get(e.escalationId)} unread={i < unread} alone={c.entriesCount === 1} me={me} again={again} />)}</ol>
      {Object.values(older.wrong).flat().map((w) => <p class="wrong" role="alert">{w}</p>)}
      {older.cursor && <button disabled={older.busy} onClick={older.load}>{say('callback.conversation.more')}</button>}
    </section>
  );
}

/** The conversations beyond what one answer holds. */
function useOlder(c: WholeCallback) {
  const [more, set] = useState<{ list: Said[]; cursor: string | undefined }>();
  const { busy, wrong, run } = useDoing();
  const cursor = more ? more.cursor : c.conversationsCursor;
  const load = () => run(async () => {
    const { body } = await call<WholeCallback>('GET', `/v1/callbacks/${c.id}?conversationsCursor=${encodeURIComponent(cursor!)}`);
    set({ list: [...more?.list ?? [], ...body.conversations], cursor: body.conversationsCursor });
  });
  return { list: more?.list ?? [], cursor, busy, wrong, load };
}

interface OneEntryProps { e: Entry; said: Said | undefined; unread: boolean; alone: boolean; me: Member; again: () => void }

function OneEntry({ e, said, unread, alone, me, again }: OneEntryProps) {
  return (
    <li class={e.state === 'open' ? 'entry open' : 'entry'}>
      <p class="head">
        <Icon name={e.channel === 'call' ? 'phone' : 'message-circle'} />
        <time dateTime={e.at}>{dayTime(e.at, me.language)}</time>
        <span class="tag">{wordOf('entry', e.state)}</span>
        {unread && <span class="tag unread">{say('callback.new.tag')}</span>}
      </p>
      <p class="asked"><Theirs text={e.summary || said?.summary || said?.trigger || say('callback.noSummary')} /></p>
      <p class="about">{wordOf('reason', e.reason)}</p>
      {!alone && <div class="whom"><Theirs text={nameOf(e.customer)} /><Reach customer={e.customer} /></div>}
      {said && <WasSaid said={said} alone={alone} me={me} />}
      {e.state === 'open' && me.role !== 'staff' && <File id={e.escalationId} changed={again} />}
    </li>
  );
}

/** What was said, folded where there are several to choose from. */
function WasSaid({ said, alone, me }: { said: Said; alone: boolean; me: Member }) {
  const talk = <Conversation messages={said.messages} language={me.language} />;
  if (alone || said.messages.length === 0) return talk;
  return <details><summary>{say('callback.conversation', { n: said.messages.length })}</summary>{talk}</details>;
}

/** Has an admin put one conversation under another department: the callback then waits for that one, too. */
function File({ id, changed }: { id: string; changed: () => void }) {
  const [e, set] = useState<Escalation>();
  const { busy, wrong, run } = useDoing();
  const close = () => set(undefined);
  if (e) return <Filing e={e} done={() => { close(); changed(); }} cancel={close} />;
  return (
    <>
      <p class="row"><button class="quiet" disabled={busy} onClick={() => run(async () => set((await call<Escalation>('GET', `/v1/escalations/${id}`)).body))}><Icon name="folder-input" />{say('work.file')}</button></p>
      <Faults wrong={wrong} />
    </>
  );
}

export function Attempts({ c, me }: { c: WholeCallback; me: Member }) {
  return (
    <section aria-labelledby="attempts">
      <h2 id="attempts">{say('callback.attempts')} <span class="count">{c.attemptsCount}</span></h2>
      {c.attemptsCount === 0 && <p class="empty">{say('callback.attempts.none')}</p>}
      {c.attemptsCount > c.attempts.length && <p class="about">{say('callback.attempts.some', { n: c.attempts.length, all: c.attemptsCount })}</p>}
      {c.attempts.length > 0 && (
        <ol class="attempts">
          {[...c.attempts].reverse().map((a, i) => (
            <li key={c.attemptsCount - i}>
              <p><strong>{wordOf('attempt', a.outcome)}</strong> <span class="about"><bdi>{a.firstName ?? say('why.removed')}</bdi> · <time dateTime={a.at}>{dayTime(a.at, me.language)}</time></span></p>
              {a.note && <p><Theirs text={a.note} /></p>}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
