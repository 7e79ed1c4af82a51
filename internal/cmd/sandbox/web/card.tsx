// One customer: how it stands, what the assistant was answered, and what the customer can do.
import { useEffect, useState } from 'preact/hooks';
import { type Started, ask, giveNumber, leave, sampleOf, withdraw, writeMore } from './customers';
import { say, sayOf } from './words';

const clock = (at: string): string => {
  const d = new Date(at);
  const day = d.toDateString() === new Date().toDateString() ? {} : { weekday: 'short' } as const;
  return d.toLocaleString(undefined, { ...day, hour: '2-digit', minute: '2-digit' });
};

/** How it stands, in words. */
function stands(s: Started, seconds: number): string {
  const a = s.answer;
  if (s.note) return s.note;
  if (!a) return s.failed ? '' : say('sending');
  switch (a.outcome) {
    case 'ringing': return a.agent ? say('ringing', { name: a.agent.firstName, n: seconds }) : say('ringing.on');
    case 'accepted': return say('accepted', { name: a.agent?.firstName ?? '' });
    case 'callback': return say('callback', { time: a.callback ? clock(a.callback.dueAt) : '', because: sayOf('because', a.because ?? '') }) + (a.nextAgentAt ? ' ' + say('callback.next', { time: clock(a.nextAgentAt) }) : '');
    case 'handed_back': return say('handed_back', { note: a.handedBack?.note ?? '' });
    case 'ended': return say('ended');
  }
}

/** Whole seconds until the ringing ends. */
function useSeconds(until: number): number {
  const left = () => Math.max(0, Math.ceil((until - performance.timeOrigin - performance.now()) / 1000));
  const [seconds, set] = useState(left);
  useEffect(() => {
    set(left());
    if (!until) return undefined;
    const t = setInterval(() => set(left()), 500);
    return () => clearInterval(t);
  }, [until]);
  return seconds;
}

export function Card({ s }: { s: Started }) {
  const sample = sampleOf(s);
  const seconds = useSeconds(s.until);
  const outcome = s.answer?.outcome;
  const goesOn = outcome === 'ringing' || outcome === 'accepted';
  return (
    <li class={`pane-card ${goesOn ? 'pane-on' : ''}`}>
      <h3><bdi>{sample.customer.name || sample.label}</bdi></h3>
      <p class="about">{say(sample.channel)} · {sample.department || say('everyone')} · {sample.label}</p>
      <p class="pane-stands"><bdi>{stands(s, seconds)}</bdi></p>
      {s.answer && !s.over && <p class="pane-says">{say('says')} “{s.answer.say}”</p>}
      {s.failed && <p class="wrong" role="alert">{say('failed', { why: s.failed })}</p>}
      <p class="row">
        {!s.answer && s.failed && <button onClick={() => void ask(s.interactionId)}>{say('again')}</button>}
        {goesOn && <button onClick={() => void writeMore(s.interactionId)}>{say('writes')}</button>}
        {goesOn && <button onClick={() => void leave(s.interactionId)}>{say('leaves')}</button>}
        {outcome === 'callback' && s.answer?.callback?.needsContact && !s.over && <button onClick={() => void giveNumber(s.interactionId)}>{say('number')}</button>}
        {outcome === 'callback' && !s.over && <button onClick={() => void withdraw(s.interactionId)}>{say('withdraw')}</button>}
      </p>
    </li>
  );
}
