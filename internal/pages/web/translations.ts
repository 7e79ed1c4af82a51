// The languages that the pages speak beside English, and which of them is shown. Their words are loaded
// when somebody needs them, those of screens that are loaded later with these.
import { type Member, call } from './api';
import { type Translated, firstKeys, show } from './words';

type Loading<T> = () => Promise<{ default: T }>;

/** Words are: what sign-in and my work need, in the order of the English ones, so that their keys are not
 * loaded again. First and others are of what is loaded later. */
interface Parts { words: Loading<(Translated[string] | null)[]>; first: Loading<Translated>; others: Loading<Translated> }

const translations: Record<string, Parts> = {
  de: { words: () => import('../words/de.tsv?words'), first: () => import('../words/de.tsv?first'), others: () => import('../words/de.tsv?others') },
  hi: { words: () => import('../words/hi.tsv?words'), first: () => import('../words/hi.tsv?first'), others: () => import('../words/hi.tsv?others') },
};

const english = 'en';
const needed = new Set<keyof Parts>(['words']);
const loaded: Record<string, Translated> = {};
let chosen = english, spokenTo = '';

const drawing = new Set<() => void>();

/** Has f called when other words are shown. */
export function onSpoken(f: () => void): () => void {
  drawing.add(f);
  return () => drawing.delete(f);
}

/** The language of the words for those that somebody reads, the first that there are words in. */
const wordsFor = (tags: readonly string[]): string =>
  tags.map((tag) => tag.toLowerCase().split('-')[0]!).find((tag) => tag === english || tag in translations) ?? english;

/** Loads a part. What cannot be loaded is English. */
async function load(language: string, part: keyof Parts): Promise<void> {
  const found = await translations[language]?.[part]().catch(() => undefined);
  if (found) loaded[language] = { ...loaded[language], ...keyed(found.default) };
}

/** Words by their keys. */
function keyed(words: Translated | (Translated[string] | null)[]): Translated {
  if (!Array.isArray(words)) return words;
  return Object.fromEntries(firstKeys().flatMap((key, i) => { const text = words[i]; return text == null ? [] : [[key, text]]; }));
}

/** Shows a language with all parts that are needed so far, once they are there. */
async function choose(language: string): Promise<void> {
  chosen = language;
  await Promise.all([...needed].map((part) => load(language, part)));
  if (chosen !== language) return; // another one was chosen meanwhile
  const words = loaded[language];
  show(words ? language : english, words ?? {});
  for (const f of drawing) f();
}

/** Adds the words of what is about to be shown. */
export function need(part: keyof Parts): Promise<void> {
  needed.add(part);
  return choose(chosen);
}

/** Shows the language of the browser, for whom nobody knows yet. */
export const speakToBrowser = (): Promise<void> => choose(wordsFor(navigator.languages));

/** Shows the language of a member: their own, else the account's, else the browser's. */
export async function speakTo({ id, language, mustChangePassword }: Member): Promise<void> {
  const to = JSON.stringify([id, language, mustChangePassword]);
  if (to === spokenTo) return;
  spokenTo = to;
  // Who must change the password first may not ask for the account.
  const account = language || mustChangePassword ? undefined : await call<{ language: string }>('GET', '/v1/account').catch(() => undefined);
  const tag = language || account?.body.language;
  await choose(wordsFor(tag ? [tag] : navigator.languages));
}
