// A condition in a sentence, and both versions of what two people changed.
import { type Attribute, type PartName, type Parts, type Rule, type SettingsForm, hasValue, linesOf, partNames } from './assistantform';
import type { Named } from './everybody';
import { languageName } from './languages';
import { type Word, isWord, say } from './words';

/** Lists in the language of the words. */
const list = (names: string[], type: 'conjunction' | 'disjunction' = 'disjunction'): string =>
  new Intl.ListFormat(document.documentElement.lang || undefined, { type }).format(names);

/** How many of a list a sentence names. */
const named = 3;

const quoted = (texts: string[]): string => {
  const few = texts.slice(0, named).map((text) => say('assistant.quoted', { text }));
  return list(texts.length > named ? [...few, say('assistant.others', { n: texts.length - named })] : few);
};

/** A department by its name. */
export const departmentIn = (departments: Named[], id: string): string => departments.find((d) => d.id === id)?.name ?? say('log.formerDepartment');

const attribute = (a: Attribute): string => say(`assistant.attribute.${a.comparison}`, { name: a.name, value: hasValue(a) ? a.value : '' });

/** A part as a clause. */
function clause(part: PartName, p: Parts, departments: Named[]): string {
  const key = `assistant.if.${part}` as Word; // attributes and hours have others
  switch (part) {
    case 'phrases': case 'unless': case 'intents': return say(key, { list: quoted(linesOf(p[part]!)) });
    case 'sentiment': return say(key, { value: p.sentiment! });
    case 'confidenceBelow': case 'failedTurns': case 'turnsOver': return say(key, { n: p[part]! });
    case 'attributes': return list(p.attributes!.map(attribute));
    case 'languages': return say(key, { list: list(p.languages!.map(languageName)) });
    case 'channels': return say(key, { list: list(p.channels!.map((c) => say(c === 'call' ? 'assistant.channel.call' : 'assistant.channel.chat'))) });
    case 'hours': return say(`assistant.if.hours.${p.hours!}`);
    case 'department': return say(key, { name: departmentIn(departments, p.department!) });
  }
}

/** Whether a part says anything yet. */
const used = (part: PartName, p: Parts): boolean => {
  const value = p[part];
  if (value === undefined) return false;
  if (typeof value === 'string') return value.trim() !== '';
  return part === 'attributes' ? p.attributes!.some((a) => a.name.trim()) : value.length > 0;
};

/** What a condition says: when, and who is asked. */
export function sentenceOf({ when, departmentId }: Rule, departments: Named[]): string {
  const all = partNames.filter((part) => used(part, when)).map((part) => clause(part, when, departments));
  if (all.length === 0) return say('assistant.if.none');
  return departmentId
    ? say('assistant.if', { all: list(all, 'conjunction'), who: departmentIn(departments, departmentId) })
    : say('assistant.if.anyone', { all: list(all, 'conjunction') });
}

/** What stands in a list of one's own order, told apart where two have one name. */
function rowsIn(all: { name: string; text: string }[], label: (name: string, n: number) => string): (readonly [string, string])[] {
  const seen = new Map<string, number>();
  return all.map(({ name, text }) => {
    const n = (seen.get(name) ?? 0) + 1;
    seen.set(name, n);
    return [label(name, n), text] as const;
  });
}

/** Both versions are shown in these words: a row for each matter, condition, duty and sentence. */
export function rowsOf(f: SettingsForm, departments: Named[]): (readonly [label: string, text: string])[] {
  const count = (word: Word) => (name: string, n: number) => `${say(word, { name })}${n > 1 ? ` (${n})` : ''}`;
  return [
    [say('assistant.enabled'), say(f.enabled ? 'business.on' : 'business.off')],
    [say('assistant.threshold'), f.confidenceThreshold || say('assistant.threshold.none')],
    [say('assistant.languages'), f.languages.map(languageName).join(', ') || say('assistant.languages.all')],
    ...rowsIn(f.conditions.map((c) => ({ name: c.name, text: sentenceOf(c, departments) })), count('assistant.row.condition')),
    [say('assistant.order'), f.conditions.map((c) => c.name).join(' · ') || '–'],
    ...rowsIn(f.duties.map((d) => ({ name: d.title, text: [d.description, d.departmentId && departmentIn(departments, d.departmentId)].filter(Boolean).join(' · ') || '✓' })), count('assistant.row.duty')),
    ...Object.entries(f.words).flatMap(([language, own]) => Object.entries(own).filter(([, text]) => text.trim()).map(([key, text]) => [`${languageName(language)}: ${isWord(`say.${key}`) ? say(`say.${key}` as Word) : key}`, text] as const)),
  ];
}
