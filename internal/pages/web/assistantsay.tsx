// What customers hear: each sentence in each language, as it is built in and as the business says it.
import { useEffect } from 'preact/hooks';
import { Unread, Waiting } from './asof';
import { type OwnWords } from './assistantform';
import { common, tongues } from './assistantparts';
import { useDraft } from './drafts';
import { Area, Pick } from './fields';
import { languageName } from './languages';
import { type Wrong } from './parts';
import { useResource } from './resource';
import { Group } from './settings';
import { isWord, say } from './words';

/** A sentence for customers: built in, by language. */
interface Sentence { key: string; placeholders: string[]; texts: Record<string, string> }

interface SayProps { words: OwnWords; put: (words: OwnWords) => void; wrong: Wrong }

/** The sentences in which it is said that nobody can come. */
const atNight = ['nobodyFree', 'willCall', 'askContact', 'trouble'];

export function Say({ words, put, wrong }: SayProps) {
  const { value, failed, again } = useResource<{ items: Sentence[] }>('/v1/assistant/sentences');
  const account = useResource<{ language: string | null }>('/v1/account');
  const [{ tongue: chosen }, choose] = useDraft('assistant/tongue', { tongue: '' });
  const faulty = firstOf(wrong);
  useEffect(() => { if (faulty) choose({ tongue: faulty }); }, [Object.keys(wrong).join()]);
  if (!value) return failed ? <Unread failed={failed} again={again} /> : <Waiting />;
  if (!account.value && !account.failed) return <Waiting />;
  const business = account.value?.language?.toLowerCase().split('-')[0] || english;
  const built = Object.keys(value.items[0]?.texts ?? {});
  const all = tongues([...Object.keys(words), ...common], built).map(([tag]) => tag);
  const tongue = [chosen, business].find((tag) => all.includes(tag)) ?? english;
  const own = words[tongue] ?? {};
  const hears = heardBy([tongue, ...(built.includes(tongue) ? [] : [business])], words, value.items);
  const p = { tongue, own, hears, wrong, set: (key: string, text: string) => put({ ...words, [tongue]: { ...own, [key]: text } }) };
  const label = (tag: string) => Object.values(words[tag] ?? {}).some((text) => text.trim()) ? say('assistant.say.some', { language: languageName(tag) }) : languageName(tag);
  return (
    <>
      <div class="tongue"><Pick name="tongue" label={say('assistant.say.language')} hint={say('assistant.say.language.why')} value={tongue} set={(to) => choose({ tongue: to })} options={all.map((tag) => [tag, label(tag)] as const)} /></div>
      <div class="groups">
        <div><Sentences {...p} title={say('assistant.say.night')} why={say('assistant.say.night.why')} all={atNight.flatMap((key) => value.items.find((s) => s.key === key) ?? [])}><Heard hears={hears} /></Sentences></div>
        <div><Sentences {...p} title={say('assistant.say.day')} why={say('assistant.say.day.why')} all={value.items.filter((s) => !atNight.includes(s.key))} /></div>
      </div>
    </>
  );
}

const english = 'en';

/** A sentence as it is said. */
interface Said { text: string; language: string }

/** Gives what a customer hears who is spoken to in these languages, the best first; without what is set in the first of them where that is left out. */
type Hears = (key: string, without?: 'own') => Said;

function heardBy(languages: string[], words: OwnWords, items: Sentence[]): Hears {
  return (key, without) => {
    const texts = items.find((s) => s.key === key)?.texts ?? {};
    for (const [i, language] of languages.entries()) {
      const text = i === 0 && without ? texts[language] : words[language]?.[key]?.trim() || texts[language];
      if (text) return { text, language };
    }
    return { text: texts[english] ?? '', language: english };
  };
}

/** The language of the first sentence that is wrong. */
const firstOf = (wrong: Wrong): string | undefined => Object.keys(wrong).map((field) => /^words\.([^.]+)/.exec(field)?.[1]).find(Boolean);

/** What is said at night in one piece: whether or not it is known how to reach them. */
function Heard({ hears }: { hears: Hears }) {
  const closed = hears('nobodyFree');
  return (
    <dl class="heard">
      {(['willCall', 'askContact'] as const).map((then) => <div key={then}><dt>{say(`assistant.heard.${then}`)}</dt><dd><bdi lang={closed.language} dir="auto">{`${closed.text} ${hears(then).text}`}</bdi></dd></div>)}
    </dl>
  );
}

interface SentencesProps { title: string; why: string; all: Sentence[]; own: Record<string, string>; tongue: string; hears: Hears; wrong: Wrong; set: (key: string, text: string) => void; children?: preact.ComponentChildren }

function Sentences({ title, why, all, own, tongue, hears, wrong, set, children }: SentencesProps) {
  return (
    <Group title={title} why={why}>
      {children}
      {all.map((s) => {
        const key = `say.${s.key}`, without = hears(s.key, 'own');
        const holes = s.placeholders.map((name) => { const about = `say.hole.${name}`; return `{${name}}: ${isWord(about) ? say(about) : name}`; });
        return (
          <div class="sentence-of" key={s.key}>
            <Area name={`words.${tongue}.${s.key}`} label={isWord(key) ? say(key) : s.key} value={own[s.key] ?? ''} set={(text) => set(s.key, text.replace(/\s*\n\s*/g, ' '))} rows={2} wrong={wrong} hint={holes.length > 0 ? say('assistant.say.holes', { list: holes.join(', ') }) : undefined} />
            <p class="built"><span>{say(s.texts[tongue] ? 'assistant.say.built' : 'assistant.say.else')}</span> <bdi lang={without.language} dir="auto">{without.text}</bdi></p>
          </div>
        );
      })}
    </Group>
  );
}
