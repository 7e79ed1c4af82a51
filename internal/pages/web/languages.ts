// Languages to choose from, each by its own name.

const tags = [
  'ar', 'bn-IN', 'de', 'en-GB', 'en-IN', 'en-US', 'es', 'fa', 'fr', 'gu-IN', 'he', 'hi-IN', 'id', 'it', 'ja', 'kn-IN', 'ko', 'ml-IN', 'mr-IN', 'ms', 'nl',
  'pa-IN', 'pl', 'pt-BR', 'pt-PT', 'ru', 'sw', 'ta-IN', 'te-IN', 'th', 'tr', 'uk', 'ur', 'vi', 'zh-Hans', 'zh-Hant',
];

/** A language in its own words; a tag that the browser does not know stays as it is. */
export function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

/** What may be chosen, and what was chosen elsewhere. The first is none. */
export function languageOptions(none: string, chosen: string): [value: string, label: string][] {
  const all = chosen && !tags.includes(chosen) ? [...tags, chosen] : tags;
  return [['', none], ...all.map((tag): [string, string] => [tag, languageName(tag)])];
}
