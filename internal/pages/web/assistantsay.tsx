// What customers hear: each sentence in each language, as it is built in and as the business says it.
import { useEffect, useState } from 'preact/hooks';
import { Unread, Waiting } from './asof';
import { type OwnWords } from './assistantform';
import { common, tongues } from './assistantparts';
import { Area, Pick } from './fields';
import { languageName } from './languages';
import { type Wrong } from './parts';
import { useResource } from './resource';
import { Group } from './settings';
import { isWord, say } from './words';

/** A sentence for customers: built in, by language. */
interface Sentence { key: string; placeholders: string[]; texts: Record<string, string> }

interface SayProps { words: OwnWords; put: (words: OwnWords) => void; wrong: Wrong; language: string }

/** The sentences in which it is said that nobody can come. */
const atNight = ['nobodyFree', 'willCall', 'askContact', 'trouble'];

export function Say({ words, put, wrong, language }: SayProps) {
  const { value, failed, again } = useResource<{ items: Sentence[] }>('/v1/assistant/sentences');
  const [chosen, choose] = useState(() => firstOf(wrong) ?? language);
  useEffect(() => { const faulty = firstOf(wrong); if (faulty) choose(faulty); }, [Object.keys(wrong).join()]);
  if (!value) return failed ? <Unread failed={failed} again={again} /> : <Waiting />;
  const built = Object.keys(value.items[0]?.texts ?? {});
  const all = tongues([...Object.keys(words), ...common], built).map(([tag]) => tag);
  const tongue = all.includes(chosen) ? chosen : built[0]!;
  const own = words[tongue] ?? {};
  const p = { tongue, own, wrong, set: (key: string, text: string) => put({ ...words, [tongue]: { ...own, [key]: text } }) };
  const label = (tag: string) => Object.values(words[tag] ?? {}).some((text) => text.trim()) ? say('assistant.say.some', { language: languageName(tag) }) : languageName(tag);
  return (
    <>
      <div class="tongue"><Pick name="tongue" label={say('assistant.say.language')} hint={say('assistant.say.language.why')} value={tongue} set={choose} options={all.map((tag) => [tag, label(tag)] as const)} /></div>
      <div class="groups">
        <div><Sentences {...p} title={say('assistant.say.night')} why={say('assistant.say.night.why')} all={atNight.flatMap((key) => value.items.find((s) => s.key === key) ?? [])}><Heard items={value.items} own={own} tongue={tongue} /></Sentences></div>
        <div><Sentences {...p} title={say('assistant.say.day')} why={say('assistant.say.day.why')} all={value.items.filter((s) => !atNight.includes(s.key))} /></div>
      </div>
    </>
  );
}

/** The language of the first sentence that is wrong. */
const firstOf = (wrong: Wrong): string | undefined => Object.keys(wrong).map((field) => /^words\.([^.]+)/.exec(field)?.[1]).find(Boolean);

/** A sentence as it is said. */
const textOf = (s: Sentence | undefined, own: Record<string, string>, tongue: string): string => s ? own[s.key]?.trim() || s.texts[tongue] || s.texts['en'] || '' : '';

/** What is said at night in one piece: whether or not it is known how to reach them. */
function Heard({ items, own, tongue }: { items: Sentence[]; own: Record<string, string>; tongue: string }) {
  const text = (key: string) => textOf(items.find((s) => s.key === key), own, tongue);
  return (
    <dl class="heard">
      {(['willCall', 'askContact'] as const).map((then) => <div key={then}><dt>{say(`assistant.heard.${then}`)}</dt><dd><bdi lang={tongue} dir="auto">{`${text('nobodyFree')} ${text(then)}`}</bdi></dd></div>)}
    </dl>
  );
}

interface SentencesProps { title: string; why: string; all: Sentence[]; own: Record<string, string>; tongue: string; wrong: Wrong; set: (key: string, text: string) => void; children?: preact.ComponentChildren }

function Sentences({ title, why, all, own, tongue, wrong, set, children }: SentencesProps) {
  return (
    <Group title={title} why={why}>
      {children}
      {all.map((s) => {
        const key = `say.${s.key}`;
        const holes = s.placeholders.map((name) => { const about = `say.hole.${name}`; return `{${name}}: ${isWord(about) ? say(about) : name}`; });
        return (
          <div class="sentence-of" key={s.key}>
            <Area name={`words.${tongue}.${s.key}`} label={isWord(key) ? say(key) : s.key} value={own[s.key] ?? ''} set={(text) => set(s.key, text.replace(/\s*\n\s*/g, ' '))} rows={2} wrong={wrong} hint={holes.length > 0 ? say('assistant.say.holes', { list: holes.join(', ') }) : undefined} />
            <p class="built"><span>{say('assistant.say.built')}</span> <bdi lang={s.texts[tongue] ? tongue : 'en'} dir="auto">{s.texts[tongue] ?? s.texts['en']}</bdi></p>
          </div>
        );
      })}
    </Group>
  );
}
