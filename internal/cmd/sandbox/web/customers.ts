// The customers that were started, and how each stands. They outlive a reload, not the tab.
import { useEffect, useState } from 'preact/hooks';
import { keep, kept } from './kept';
import { type Answer, about, act } from './sandbox';
import { type Sample, numberGiven, samples } from './samples';
import { say } from './words';

export interface Started {
  interactionId: string;
  sample: string;
  requestId: string;
  answer: Answer | null;
  until: number; // when the ringing ends, on the clock of performance
  said: number; // how many lines of Sample.more
  failed: string;
  over: boolean;
  note: string;
}

const name = 'sandbox-customers';
let all: Started[] = read();
const seen = new Set<() => void>();

function read(): Started[] {
  try {
    return JSON.parse(kept(name) || '[]') as Started[];
  } catch {
    return [];
  }
}

function put(list: Started[]): void {
  all = list.slice(0, 40);
  keep(name, JSON.stringify(all));
  for (const f of seen) f();
}

const change = (id: string, with_: Partial<Started>): void => put(all.map((s) => s.interactionId === id ? { ...s, ...with_ } : s));

/** The customers, newest first; drawn anew when one changes. */
export function useCustomers(): Started[] {
  const [, again] = useState(0);
  useEffect(() => {
    const f = () => again((n) => n + 1);
    seen.add(f);
    return () => void seen.delete(f);
  }, []);
  return all;
}

export const sampleOf = (s: Started): Sample => samples.find((x) => x.key === s.sample) ?? samples[0]!;

const told = (answer: Answer): Partial<Started> => ({
  answer, failed: '', until: answer.ringingSeconds === null ? 0 : performance.timeOrigin + performance.now() + answer.ringingSeconds * 1000,
  over: answer.outcome === 'ended' || answer.outcome === 'handed_back',
});

/** Does one thing for a customer, and keeps what the assistant is answered. */
async function doing(id: string, f: () => Promise<Answer>, with_: Partial<Started> = {}): Promise<void> {
  try {
    change(id, { ...told(await f()), ...with_ });
  } catch (e) {
    change(id, { failed: e instanceof TypeError ? say('failed.network') : (e as Error).message });
  }
}

/** Hands a sample conversation over to the team. */
export function start(sample: Sample): Promise<void> {
  const id = 'conv-' + crypto.randomUUID().slice(0, 13);
  put([{ interactionId: id, sample: sample.key, requestId: 'req-' + id, answer: null, until: 0, said: 0, failed: '', over: false, note: '' }, ...all]);
  return ask(id);
}

/** Sends the request of a customer; again with the same id, which makes no second escalation. */
export function ask(id: string): Promise<void> {
  const s = all.find((x) => x.interactionId === id)!;
  const sample = sampleOf(s);
  return doing(id, async () => {
    const department = (await about()).departments.find((d) => d.name === sample.department);
    const began = Date.now() - sample.lines.length * 20_000;
    return act({
      action: 'escalate', requestId: s.requestId, interactionId: id, channel: sample.channel, reason: sample.reason,
      ...(department ? { departmentId: department.id } : {}), customer: sample.customer,
      conversation: {
        summary: sample.summary, intent: sample.intent, trigger: sample.trigger, attributes: sample.attributes ?? {},
        messages: sample.lines.map((l, i) => ({ at: new Date(began + i * 20_000).toISOString(), ...l })),
      },
      ...(sample.channel === 'chat' ? { connect: { url: `${location.origin}/sandbox/chat/${id}` } } : {}),
    });
  });
}

export const leave = (id: string): Promise<void> => doing(id, () => act({ action: 'end', interactionId: id }));

export const giveNumber = (id: string): Promise<void> => doing(id, async () => {
  await act({ action: 'contact', interactionId: id, customer: { phone: numberGiven } });
  return act({ action: 'status', interactionId: id });
});

export const withdraw = (id: string): Promise<void> => doing(id, async () => {
  await act({ action: 'withdraw', interactionId: id });
  return act({ action: 'status', interactionId: id });
}, { over: true, note: say('withdrawn') });

/** Has the customer write the next of their lines. */
export function writeMore(id: string): Promise<void> {
  const s = all.find((x) => x.interactionId === id)!;
  const lines = sampleOf(s).more;
  const text = lines[s.said % lines.length]!;
  return doing(id, async () => {
    await act({ action: 'append', interactionId: id, requestId: `${s.requestId}-${s.said}`, messages: [{ at: new Date().toISOString(), from: 'customer', text }] });
    return act({ action: 'status', interactionId: id });
  }, { said: s.said + 1 });
}

export const forgetEnded = (): void => put(all.filter((s) => !s.over));

/** Follows those that go on; a callback, which waits for hours, less often. */
export function follow(): void {
  let round = 0;
  const look = async () => {
    round++;
    for (const s of all) {
      if (s.over || !s.answer || s.failed || s.answer.outcome === 'callback' && round % 5) continue;
      await act({ action: 'status', interactionId: s.interactionId }).then((a) => { if (!all.find((x) => x.interactionId === s.interactionId)?.over) change(s.interactionId, told(a)); }, () => undefined);
    }
    setTimeout(() => void look(), 2000);
  };
  void look();
}
