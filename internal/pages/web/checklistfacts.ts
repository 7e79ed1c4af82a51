// What is known of a business that begins. Each step is done by a fact, never by a click.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Member, Refused, Unreached, call } from './api';
import { useAtWork } from './atwork';
import { usePhone } from './phone';

interface Account { timeZone: string; country: string; firstPassword: 'change' | 'keep' }
interface Colleague extends Member { workingHours: object | null; devices: { working: number } }
/** What the assistant goes by, as far as it tells whether somebody has said anything. */
interface Assistant { enabled: boolean; confidenceThreshold: number | null; languages: string[]; duties: unknown[]; conditions: unknown[]; words: Record<string, Record<string, string>> }
/** One's own phones, with a key where browsers may be among them. */
interface Phones { items: { platform: string; working: boolean }[]; webPushKey?: string }
interface Drill { assignedTo: { id: string } | null }

/** What the steps are judged by. */
export interface Facts { account: Account; members: Colleague[]; departments: number; drills: Drill[]; assistant: Assistant; phones: Phones }

type StepName = 'place' | 'you' | 'pushes' | 'test' | 'departments' | 'member' | 'hours' | 'phone' | 'handover' | 'night';

/** One step: whether it is done, and where it is done. Name is whom it is about. */
export interface Step { name: StepName; done: boolean; optional: boolean; to: string; who: string }

const taken = 'state=active&state=completed';

/** Reads the facts, and nothing where a customer was helped already: such a business knows how it goes. */
async function read(): Promise<Facts | 'runs'> {
  const customers = await call<{ items: unknown[] }>('GET', `/v1/escalations?drill=false&${taken}&limit=1`);
  if (customers.body.items.length > 0) return 'runs';
  const [account, members, departments, drills, assistant, phones] = await Promise.all([
    call<Account>('GET', '/v1/account'), call<{ items: Colleague[] }>('GET', '/v1/members?limit=100'),
    call<{ items: unknown[] }>('GET', '/v1/departments'), call<{ items: Drill[] }>('GET', `/v1/escalations?drill=true&${taken}&limit=20`),
    call<Assistant>('GET', '/v1/assistant'), call<Phones>('GET', '/v1/me/devices'),
  ]);
  return { account: account.body, members: members.body.items, departments: departments.body.items.length, drills: drills.body.items, assistant: assistant.body, phones: phones.body };
}

/** What was found last, so that the list is there at once when somebody comes back to it. */
let last: { of: string; facts: Facts | 'runs' } | undefined;

/** The facts: read when the list is opened, when somebody comes back to the page, when a work was taken or
 * is over, and when this phone was made to ring. Where they cannot be read the list stays as it is: it must
 * not stand in the way. */
export function useFacts(me: Member): Facts | undefined {
  const { open } = useAtWork();
  const rings = usePhone().standing === 'on';
  const [facts, set] = useState(last?.of === me.id ? last.facts : undefined);
  const going = useRef(false);
  useEffect(() => {
    let ended = false;
    const look = async () => {
      if (going.current || document.visibilityState !== 'visible' || last?.of === me.id && last.facts === 'runs') return;
      going.current = true;
      try {
        const found = await read();
        last = { of: me.id, facts: found };
        if (!ended) set(found);
      } catch (e) {
        if (!(e instanceof Unreached) && !(e instanceof Refused)) throw e;
      } finally {
        going.current = false;
      }
    };
    void look();
    const again = () => void look();
    document.addEventListener('visibilitychange', again);
    return () => {
      ended = true;
      document.removeEventListener('visibilitychange', again);
    };
  }, [me.id, open.join(), rings]);
  return facts === 'runs' ? undefined : facts;
}

/** Whether somebody has signed in, and something of theirs can ring. A page counts until there is Web
 * Push, and a password of their own says that they had one open. */
function reachable(m: Colleague, { account, drills }: Facts): boolean {
  const { status, because } = m.availability;
  return m.devices.working > 0 || status === 'online' || because === 'missed_offers' || because === 'unreachable'
    || account.firstPassword === 'change' && !m.mustChangePassword || drills.some((d) => d.assignedTo?.id === m.id);
}

/** Whether somebody has said when the assistant hands over. */
const saysWhen = ({ enabled, confidenceThreshold, languages, duties, conditions }: Assistant): boolean =>
  !enabled || confidenceThreshold !== null || languages.length + duties.length + conditions.length > 0;

/** The sentences in which customers hear that nobody can come. */
const ofNight = ['nobodyFree', 'willCall', 'askContact'];

/** Whether somebody has put one of them into their own words. */
const saysAtNight = ({ words }: Assistant): boolean => Object.values(words).some((own) => ofNight.some((key) => own[key]));

/** The steps of somebody alone, or of a team. UTC is what accounts have of which nobody said where they are. */
export function stepsOf(facts: Facts, me: Member): Step[] {
  const others = facts.members.filter((m) => m.id !== me.id);
  const without = others.find((m) => !m.workingHours), silent = others.find((m) => !reachable(m, facts));
  const step = (name: StepName, done: boolean, to: string, who?: Colleague): Step => ({ name, done, to, who: who?.firstName ?? '', optional: name === 'pushes' || name === 'departments' || name === 'night' });
  const gets = facts.phones.items.some((p) => p.platform !== 'open_page' && p.working);
  const alone = [
    step('place', facts.account.timeZone !== 'UTC' || facts.account.country !== '', '/settings#business'),
    step('you', me.availability.status === 'online' || facts.drills.some((d) => d.assignedTo?.id === me.id), '/me'),
    ...(gets || facts.phones.webPushKey ? [step('pushes', gets, '/settings')] : []),
    step('test', facts.drills.length > 0, '/test'),
  ];
  if (others.length === 0) return alone;
  return [
    ...alone,
    step('departments', facts.departments > 0, '/departments'),
    step('member', true, '/team/new'),
    step('hours', others.some((m) => m.workingHours), `/team/${without?.id}/hours`, without),
    step('phone', others.some((m) => reachable(m, facts)), `/team/${silent?.id}`, silent),
    step('handover', saysWhen(facts.assistant), '/assistant'),
    step('night', saysAtNight(facts.assistant), '/assistant#words'),
  ];
}
