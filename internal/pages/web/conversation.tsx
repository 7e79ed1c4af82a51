// What was said before and since. Every text is the customer's or the assistant's: it is shown as
// text, each in its own direction, and long ones are folded.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Theirs } from './parts';
import { dayTime } from './times';
import { say } from './words';
import { type Message } from './work';

/** How much of a text is shown before it is asked for, and how many messages of a conversation. */
const mostLines = 12, mostCharacters = 1200, mostMessages = 60;

/** The beginning of a text; the text itself where it is short. */
export function beginning(text: string): string {
  let end = 0;
  for (let line = 0; line < mostLines && end >= 0; line++) end = text.indexOf('\n', end + (line ? 1 : 0));
  const cut = Math.min(end < 0 ? text.length : end, mostCharacters);
  // Nothing is hidden for a word or two, and no character is cut in halves.
  if (cut > text.length - 100) return text;
  return text.slice(0, cut).replace(/[\ud800-\udbff]$/, '');
}

/** A text of theirs, folded where it is long. */
export function Folded({ text }: { text: string }) {
  const [whole, show] = useState(false);
  const short = beginning(text);
  if (whole || short === text) return <Theirs text={text} />;
  const lines = text.split('\n').length;
  return (
    <>
      <Theirs text={`${short} …`} />
      <button class="quiet" onClick={() => show(true)}>{lines > mostLines ? say('talk.lines', { n: lines }) : say('talk.whole')}</button>
    </>
  );
}

/** Where what is new begins: what came since the page first showed it, until that was looked at. */
function useNew(count: number): { from: number; n: number; seen: () => void } {
  const known = useRef(count);
  const [from, set] = useState(count);
  useEffect(() => {
    if (count < known.current) set(count);
    known.current = count;
  }, [count]);
  return { from, n: Math.max(0, count - from), seen: () => set(known.current) };
}

/** A conversation, the newest last. Following says that more may come. */
export function Conversation({ messages, language, following = false }: { messages: Message[]; language: string | null; following?: boolean }) {
  const [all, show] = useState(false);
  const { from, n, seen } = useNew(messages.length);
  const first = useRef<HTMLLIElement>(null);
  const skipped = all ? 0 : Math.max(0, messages.length - Math.max(mostMessages, n));
  const toNew = () => {
    first.current?.scrollIntoView({ block: 'center' });
    first.current?.focus({ preventScroll: true });
  };
  return (
    <section class="talk" aria-label={say('work.conversation')}>
      <div class="head">
        <h3>{say('work.conversation')}</h3>
        <div role="status">{following && n > 0 && <span class="row"><button class="tag new" onClick={toNew}>{say('talk.new', { n })}</button><button class="quiet" onClick={seen}>{say('talk.seen')}</button></span>}</div>
      </div>
      {messages.length === 0 && <p class="empty">{say('talk.none')}</p>}
      {skipped > 0 && <button class="quiet" onClick={() => show(true)}>{say('talk.all', { n: messages.length })}</button>}
      <ol class="messages">
        {messages.slice(skipped).map((m, i) => {
          const at = skipped + i, fresh = following && at >= from;
          return (
            <li key={at} class={`${m.from}${fresh ? ' fresh' : ''}`} tabIndex={fresh && at === from ? -1 : undefined} ref={fresh && at === from ? first : undefined}>
              <span class="from">{say(`from.${m.from}`)}{m.at && <> · <time dateTime={m.at}>{dayTime(m.at, language)}</time></>}{fresh && <> · <b>{say('talk.fresh')}</b></>}</span>
              <Folded text={m.text} />
            </li>
          );
        })}
      </ol>
    </section>
  );
}
