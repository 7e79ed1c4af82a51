// What a form holds of what the assistant goes by, and what is sent of it. Lists are text, one a line,
// and numbers are text while they are typed. Of a condition only the parts that are used are there.
import { Refused } from './api';
import { say } from './words';

export interface Attribute { name: string; comparison: Comparison; value: string }

/** When a condition holds, as the API gives it. */
interface When {
  phrases?: string[]; unless?: string[]; intents?: string[]; sentiment?: string; confidenceBelow?: number; failedTurns?: number; turnsOver?: number;
  attributes?: Attribute[]; languages?: string[]; channels?: string[]; hours?: Hours; department?: string;
}

type Hours = 'open' | 'closed';

export const comparisons = ['equals', 'not_equals', 'contains', 'greater', 'less', 'exists', 'missing'] as const;
export type Comparison = (typeof comparisons)[number];

interface Duty { id: string; title: string; description: string; departmentId: string }

/** Own sentences by language and key. */
export type OwnWords = Record<string, Record<string, string>>;

/** What the assistant goes by, as the API gives it. */
export interface Settings {
  enabled: boolean; confidenceThreshold: number | null; languages: string[]; duties: Duty[];
  conditions: { id: string; name: string; departmentId: string; when: When }[]; words: OwnWords;
}

/** The parts of a condition, in the order in which they are shown. */
export const partNames = ['phrases', 'unless', 'intents', 'sentiment', 'confidenceBelow', 'failedTurns', 'turnsOver', 'attributes', 'languages', 'channels', 'hours', 'department'] as const;
export type PartName = (typeof partNames)[number];

/** The parts that are used, as they are typed. */
export interface Parts {
  phrases?: string; unless?: string; intents?: string; sentiment?: string; confidenceBelow?: string; failedTurns?: string; turnsOver?: string;
  attributes?: Attribute[]; languages?: string[]; channels?: string[]; hours?: Hours; department?: string;
}

/** A condition. The key tells it from others before it has an id. */
export interface Rule { key: string; id: string; name: string; departmentId: string; when: Parts }

export interface TypedDuty extends Duty { key: string }

export interface SettingsForm { enabled: boolean; confidenceThreshold: string; languages: string[]; duties: TypedDuty[]; conditions: Rule[]; words: OwnWords }

/** What a part begins with. */
export const beginnings: Required<Parts> = {
  phrases: '', unless: '', intents: '', sentiment: '', confidenceBelow: '', failedTurns: '', turnsOver: '',
  attributes: [{ name: '', comparison: 'equals', value: '' }], languages: [], channels: [], hours: 'closed', department: '',
};

let made = 0;

/** A key for what is new. */
export const newKey = (): string => `new-${++made}`;

export const newRule = (): Rule => ({ key: newKey(), id: '', name: '', departmentId: '', when: { phrases: '' } });

export const newDuty = (): TypedDuty => ({ key: newKey(), id: '', title: '', description: '', departmentId: '' });

/** A share as a percentage, without what binary fractions add to it. */
export const percentOf = (share: number): string => String(Number((100 * share).toFixed(6)));

const partsOf = ({ phrases, unless, intents, sentiment, confidenceBelow, failedTurns, turnsOver, attributes, languages, channels, hours, department }: When): Parts => ({
  ...(phrases && { phrases: phrases.join('\n') }), ...(unless && { unless: unless.join('\n') }), ...(intents && { intents: intents.join('\n') }),
  ...(sentiment && { sentiment }), ...(confidenceBelow != null && { confidenceBelow: percentOf(confidenceBelow) }),
  ...(failedTurns != null && { failedTurns: String(failedTurns) }), ...(turnsOver != null && { turnsOver: String(turnsOver) }),
  ...(attributes && { attributes }), ...(languages && { languages }), ...(channels && { channels }), ...(hours && { hours }), ...(department && { department }),
});

export function formOf({ enabled, confidenceThreshold, languages, duties, conditions, words }: Settings): SettingsForm {
  return {
    enabled, languages, words, confidenceThreshold: confidenceThreshold == null ? '' : percentOf(confidenceThreshold),
    duties: duties.map(({ id, title, description, departmentId }) => ({ key: id, id, title, description, departmentId })),
    conditions: conditions.map(({ id, name, departmentId, when }) => ({ key: id, id, name, departmentId, when: partsOf(when) })),
  };
}

/** The lines that say something. */
export const linesOf = (typed: string): string[] => typed.split('\n').map((l) => l.trim()).filter(Boolean);

/** A part that was added and left empty would be dropped without a word. Sent like this, the server says what it needs. */
const blank = ' ';
const listed = (list: string[]): string[] => list.length > 0 ? list : [blank];
const numberOf = (typed: string): number | string => typed.trim() === '' || Number.isNaN(Number(typed)) ? typed || blank : Number(typed);
const shareOf = (typed: string): number | string => { const n = numberOf(typed); return typeof n === 'number' ? Number((n / 100).toFixed(8)) : n; };

const whenOf = (p: Parts): object => ({
  ...(p.phrases !== undefined && { phrases: listed(linesOf(p.phrases)) }), ...(p.unless !== undefined && { unless: listed(linesOf(p.unless)) }),
  ...(p.intents !== undefined && { intents: listed(linesOf(p.intents)) }), ...(p.sentiment !== undefined && { sentiment: p.sentiment || blank }),
  ...(p.confidenceBelow !== undefined && { confidenceBelow: shareOf(p.confidenceBelow) }),
  ...(p.failedTurns !== undefined && { failedTurns: numberOf(p.failedTurns) }), ...(p.turnsOver !== undefined && { turnsOver: numberOf(p.turnsOver) }),
  ...(p.attributes && { attributes: p.attributes.map((a) => hasValue(a) ? a : { ...a, value: '' }) }),
  ...(p.languages && { languages: listed(p.languages) }), ...(p.channels && { channels: listed(p.channels) }),
  ...(p.hours && { hours: p.hours }), ...(p.department !== undefined && { department: p.department || blank }),
});

/** Whether an attribute is compared with something. */
export const hasValue = ({ comparison }: Attribute): boolean => comparison !== 'exists' && comparison !== 'missing';

/** All of it, as PUT takes it. */
export function bodyOf({ enabled, confidenceThreshold, languages, duties, conditions, words }: SettingsForm): object {
  return {
    enabled, languages, confidenceThreshold: confidenceThreshold.trim() === '' ? null : shareOf(confidenceThreshold),
    duties: duties.map(({ id, title, description, departmentId }) => ({ id, title, description, departmentId })),
    conditions: conditions.map(({ id, name, departmentId, when }) => ({ id, name, departmentId, when: whenOf(when) })),
    words: said(words),
  };
}

/** Own sentences without those that were emptied, in place of which the built-in ones stand. */
const said = (words: OwnWords): OwnWords => Object.fromEntries(
  Object.entries(words).map(([language, own]) => [language, Object.fromEntries(Object.entries(own).filter(([, text]) => text.trim()))] as const).filter(([, own]) => Object.keys(own).length > 0));

/** The API speaks of shares where the form has percentages. */
export function inPercent(e: unknown): unknown {
  if (!(e instanceof Refused) || !e.problem.errors) return e;
  const errors = e.problem.errors.map((f) => /(^confidenceThreshold|\.confidenceBelow)$/.test(f.field) ? { ...f, detail: say('assistant.percent.wrong') } : f);
  return new Refused({ ...e.problem, errors }, e.retryAfter);
}

/** Which parts of the form show a fault beside what it is about. */
const placed = /^(confidenceThreshold|languages(\[\d+\])?|duties(\[\d+\](\.(title|description|departmentId))?)?|conditions(\[\d+\](\.(name|departmentId|when(\..+)?))?)?|words\.[^.]+\..+)$/;

/** Faults that stand beside no field. */
export const unplaced = (wrong: Record<string, string[]>): string[] =>
  Object.entries(wrong).flatMap(([field, all]) => field === '' || placed.test(field) ? [] : all.map((w) => `${field} ${w}`));
