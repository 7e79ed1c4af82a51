// What a form holds of the business's settings, and what is sent of it. Numbers are text while they are typed.
import { say } from './words';

/** The settings of a business, as the API gives them. */
export interface Account {
  id: string; name: string; timeZone: string; timeZoneData: string; country: string; language: string;
  ringSeconds: number; maxOffers: number; missedOffersUntilOffline: number; overflow: 'everyone' | 'none'; balance: 'department' | 'team';
  firstPassword: 'change' | 'keep'; callbackDueMinutes: number; chatCapacity: number; activeMinutes: { call: number; chat: number };
  holidays: string[]; nudges: Nudges; requireTotp: boolean; requireTotpFrom: string | null;
}

interface Nudges { shiftSoon: boolean; shiftOver: boolean; nobodyLeft: boolean; callbacksWaiting: boolean }

/** The nudges, in the order in which they are shown. */
export const nudges = ['shiftSoon', 'shiftOver', 'nobodyLeft', 'callbacksWaiting'] as const;

type Typed = { [K in 'ringSeconds' | 'maxOffers' | 'missedOffersUntilOffline' | 'callbackDueMinutes' | 'chatCapacity' | 'activeCall' | 'activeChat']: string };
type Chosen = Pick<Account, 'name' | 'timeZone' | 'country' | 'language' | 'overflow' | 'balance' | 'firstPassword' | 'holidays' | 'requireTotp'>;

export type AccountForm = Typed & Chosen & Nudges;

export function formOf(a: Account): AccountForm {
  const { name, timeZone, country, language, overflow, balance, firstPassword, holidays, requireTotp } = a;
  return {
    name, timeZone, country, language, overflow, balance, firstPassword, holidays, requireTotp, ...a.nudges,
    ringSeconds: String(a.ringSeconds), maxOffers: String(a.maxOffers), missedOffersUntilOffline: String(a.missedOffersUntilOffline),
    callbackDueMinutes: String(a.callbackDueMinutes), chatCapacity: String(a.chatCapacity),
    activeCall: String(a.activeMinutes.call), activeChat: String(a.activeMinutes.chat),
  };
}

/** The number that was typed; what is none goes as it is, and the server says so. */
const numberOf = (typed: string): number | string => typed.trim() === '' || Number.isNaN(Number(typed)) ? typed : Number(typed);

const numbers = ['ringSeconds', 'maxOffers', 'missedOffersUntilOffline', 'callbackDueMinutes', 'chatCapacity'] as const;
const plain = ['name', 'timeZone', 'country', 'language', 'overflow', 'balance', 'firstPassword', 'requireTotp'] as const;

/** What was changed, as PATCH takes it. */
export function bodyOf(form: AccountForm, was: AccountForm): object {
  const changed = <K extends keyof AccountForm>(keys: readonly K[]): K[] => keys.filter((k) => JSON.stringify(form[k]) !== JSON.stringify(was[k]));
  const active = Object.fromEntries(changed(['activeCall', 'activeChat']).map((k) => [k === 'activeCall' ? 'call' : 'chat', numberOf(form[k])]));
  const silent = Object.fromEntries(changed(nudges).map((k) => [k, form[k]]));
  return {
    ...Object.fromEntries(changed(plain).map((k) => [k, form[k]])),
    ...Object.fromEntries(changed(numbers).map((k) => [k, numberOf(form[k])])),
    ...(changed(['holidays']).length > 0 && { holidays: form.holidays }),
    ...(Object.keys(active).length > 0 && { activeMinutes: active }),
    ...(Object.keys(silent).length > 0 && { nudges: silent }),
  };
}

/** A number of minutes as people say it: "1 day 2 hours"; nothing where it is no number. */
export function spanOf(minutes: string): string {
  const n = Number(minutes);
  if (!Number.isInteger(n) || n < 1) return '';
  const parts = [['business.day', Math.floor(n / 1440)], ['business.hour', Math.floor(n % 1440 / 60)], ['business.minute', n % 60]] as const;
  return parts.filter(([, many]) => many > 0).map(([word, many]) => say(word, { n: many })).join(' ');
}

/** What the fields are called, to show two versions side by side. */
const labels = {
  name: 'business.name', timeZone: 'business.timeZone', country: 'business.country', language: 'business.language', ringSeconds: 'business.ringSeconds',
  maxOffers: 'business.maxOffers', missedOffersUntilOffline: 'business.missedOffersUntilOffline', chatCapacity: 'business.chatCapacity',
  activeCall: 'business.activeCall', activeChat: 'business.activeChat', callbackDueMinutes: 'business.callbackDueMinutes',
} as const;

/** Both versions of what two people changed are shown in these words. */
export function rowsOf(f: AccountForm): (readonly [label: string, text: string])[] {
  const yes = (on: boolean) => say(on ? 'business.on' : 'business.off');
  return [
    ...Object.entries(labels).map(([k, word]) => [say(word), f[k as keyof typeof labels]] as const),
    [say('business.overflow'), say(`overflow.${f.overflow}`)], [say('business.balance'), say(`balance.${f.balance}`)],
    [say('business.holidays'), f.holidays.join(', ') || '–'],
    ...nudges.map((n) => [say(`nudge.${n}`), yes(f[n])] as const),
    [say('business.firstPassword'), say(`firstPassword.${f.firstPassword}`)], [say('business.requireTotp'), yes(f.requireTotp)],
  ];
}
