// What rings: in full on a phone, in the corner where there is room.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Answering, type Pending } from './answers';
import { keysOff, plain } from './keys';
import { Icon, Theirs, type Wrong } from './parts';
import { useSeconds } from './ticking';
import { isWord, say } from './words';
import { type Deadline, type Escalation, keyOf, moment } from './work';

/** Why a person is asked for. */
export const reasonOf = (e: Escalation): string => {
  const key = `reason.${e.reason}`;
  return isWord(key) ? say(key) : e.reason;
};

export const kindOf = (e: Escalation): string => say(e.channel === 'call' ? 'offer.call' : 'offer.chat');

/** Who passes it on, and with what words; nothing where it is no transfer. */
function senderOf(e: Escalation): { name: string; note: string } | undefined {
  const asked = e.assignedTo && e.history.findLast((h) => h.what === 'transfer_asked');
  return asked ? { name: asked.firstName ?? say('somebody'), note: asked.note ?? '' } : undefined;
}

interface RingingProps {
  e: Escalation | undefined;
  more: number;
  wide: boolean;
  deadlines: Record<string, Deadline>;
  pending: Pending | undefined;
  wrong: Wrong | undefined;
  give: (e: Escalation, what: Answering) => void;
}

/** The offer, and beside it the line by which screen readers hear of it; that is always there. */
export function Ringing(p: RingingProps) {
  const key = p.e && keyOf(p.e);
  const known = useRef<Record<string, Deadline>>({});
  if (key && p.deadlines[key]) known.current = { [key]: p.deadlines[key] };
  const deadline = key ? known.current[key] : undefined;
  const [said, announce] = useState('');
  useEffect(() => announce(p.e && deadline ? [kindOf(p.e), p.e.departmentName, reasonOf(p.e), say('offer.seconds', { n: Math.ceil((deadline.ends - moment()) / 1000) })].filter(Boolean).join('. ') : ''), [key]);
  return (
    <>
      <p class="sr" aria-live="assertive">{said}</p>
      {p.e && deadline && <Offered key={key} {...p} e={p.e} deadline={deadline} announce={announce} />}
    </>
  );
}

/** Whether somebody is writing there. */
const writes = (at: Element | null): boolean => at instanceof HTMLElement && (at.isContentEditable || at.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=range], [type=button])'));

/** Takes the focus, unless somebody writes beside it, and gives it back in the end. */
function useFocus(wide: boolean): { at: preact.RefObject<HTMLElement | null>; back: () => void } {
  const at = useRef<HTMLElement>(null), before = useRef<Element | null>(null);
  const back = () => {
    const to = before.current;
    if (to instanceof HTMLElement && to.isConnected) to.focus({ preventScroll: true });
  };
  useLayoutEffect(() => {
    closeDialogs();
    before.current = document.activeElement;
    if (wide && writes(document.activeElement)) return undefined;
    at.current?.focus({ preventScroll: true });
    const own = at.current;
    // Later, since what lies below on a phone takes no focus before it is drawn again.
    return () => { if (own?.contains(document.activeElement)) setTimeout(back); };
  }, []);
  return { at, back };
}

/** Closes what is asked over the page: beneath a dialog nobody can accept, and on a phone nothing is seen. */
function closeDialogs(): void {
  for (const d of document.querySelectorAll<HTMLDialogElement>('dialog:modal')) {
    d.dispatchEvent(new Event('cancel', { cancelable: true })); // whoever drew it takes it away, a moment later
    d.close(); // until then nothing beside it takes the focus
  }
}

type OfferedProps = RingingProps & { e: Escalation; deadline: Deadline; announce: (said: string) => void };

function Offered({ e, more, wide, deadline, pending, wrong, give, announce }: OfferedProps) {
  const seconds = useSeconds(deadline.ends);
  const { at, back } = useFocus(wide);
  const sender = senderOf(e);
  const busy = Boolean(pending);
  useEffect(() => { if ((seconds === 10 || seconds === 5) && !busy) announce(say('offer.seconds', { n: seconds })); }, [seconds]);
  const pressed = (event: KeyboardEvent) => {
    if (event.key === 'Escape') back();
    if (busy || keysOff() || !plain(event)) return;
    if (event.key === 'a') give(e, 'accept');
    else if (event.key === 'd') give(e, 'decline');
    else return;
    event.preventDefault();
  };
  return (
    <section class="ringing" role="alertdialog" aria-label={kindOf(e)} tabIndex={-1} ref={at} onKeyDown={pressed}>
      <div class="what">
        <p class="kind"><Icon name={e.channel === 'call' ? 'phone' : 'message-circle'} />{kindOf(e)}{e.drill && <span class="tag">{say('offer.drill')}</span>}</p>
        {e.departmentName && <p class="department"><bdi>{e.departmentName}</bdi></p>}
        <p>{reasonOf(e)}</p>
        {e.customer.name && <p class="soft"><Theirs text={e.customer.name} /></p>}
        {sender && <div class="passed"><p>{say('offer.from', { name: sender.name })}</p>{sender.note && <p><Theirs text={sender.note} /></p>}</div>}
      </div>
      {seconds > 0 ? <Countdown seconds={seconds} of={deadline.seconds} /> : <span />}
      <div class="do">
        <div role="status">{pending?.waits && <p class="bar warn">{say(pending.what === 'accept' ? 'offer.sending' : 'offer.declining')}</p>}</div>
        <div role="alert">{Object.values(wrong ?? {}).flat().map((w) => <p class="wrong">{w}</p>)}</div>
        <button class="accept" disabled={busy} onClick={() => give(e, 'accept')}>{say('offer.accept')}</button>
        <button class="decline" disabled={busy} onClick={() => give(e, 'decline')}>{say('offer.decline')}</button>
        <p class="hint">{say('offer.next')}</p>
        {more > 0 && <p class="more">{say('me.more', { n: more })}</p>}
      </div>
    </section>
  );
}

/** A ring that empties, around the seconds. The number says it all: the ring is for the eye. */
function Countdown({ seconds, of }: { seconds: number; of: number }) {
  return (
    <div class="countdown" role="timer" aria-label={say('offer.seconds', { n: seconds })}>
      <svg viewBox="0 0 100 100" aria-hidden="true">
        <circle class="track" cx="50" cy="50" r="45" />
        <circle class="left" cx="50" cy="50" r="45" pathLength={100} stroke-dasharray="100" stroke-dashoffset={100 - 100 * Math.min(1, seconds / of)} transform="rotate(-90 50 50)" />
      </svg>
      <span aria-hidden="true">{seconds}</span>
    </div>
  );
}
