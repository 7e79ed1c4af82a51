// What the assistant goes by: when it hands a customer to people, to whom, and in which words; and
// which programs may ask for people at all.
import { useEffect, useRef, useState } from 'preact/hooks';
import { Access } from './assistantaccess';
import { Duties } from './assistantduties';
import { type Settings, type SettingsForm, bodyOf, formOf, inPercent, unplaced } from './assistantform';
import { tongues } from './assistantparts';
import { Rules } from './assistantrules';
import { Say } from './assistantsay';
import { rowsOf } from './assistantsum';
import { Try } from './assistanttry';
import { Unread, Waiting } from './asof';
import { Conflict, Save, useEditing } from './editing';
import type { Named } from './everybody';
import { Text, Tick, Ticks } from './fields';
import type { ScreenProps } from './office';
import { Form, type Wrong, useTitle } from './parts';
import { Group } from './settings';
import { useDepartments } from './team';
import { say } from './words';

const parts = ['rules', 'words', 'access'] as const;
type PartOf = (typeof parts)[number];

/** Which part is shown, as the address says it. */
function usePart(): [PartOf, (to: PartOf) => void] {
  const read = (): PartOf => parts.find((p) => location.hash === `#${p}`) ?? 'rules';
  const [part, set] = useState(read);
  useEffect(() => {
    const look = () => set(read());
    for (const what of ['hashchange', 'popstate']) addEventListener(what, look);
    return () => { for (const what of ['hashchange', 'popstate']) removeEventListener(what, look); };
  }, []);
  return [part, (to) => {
    history.replaceState(null, '', `/assistant${to === 'rules' ? '' : `#${to}`}`);
    set(to);
  }];
}

export function Assistant({ me }: ScreenProps) {
  useTitle(say('assistant.title'));
  const [part, show] = usePart();
  return (
    <main class="wide settings assistant-page">
      <header><h1>{say('assistant.title')}</h1><p class="soft">{say('assistant.why')}</p></header>
      <div class="tabs" role="group" aria-label={say('assistant.which')}>
        {parts.map((p) => <button key={p} aria-pressed={part === p} onClick={() => show(p)}>{say(`assistant.tab.${p}`)}</button>)}
      </div>
      {part === 'access' ? <Access me={me} /> : <Goes part={part} show={show} language={me.language} />}
    </main>
  );
}

interface GoesProps { part: 'rules' | 'words'; show: (to: PartOf) => void; language: string | null }

/** The form, of which either part is shown: both are saved together. */
function Goes({ part, show, language }: GoesProps) {
  const e = useEditing<Settings, SettingsForm>('/v1/assistant', { formOf, bodyOf, method: 'PUT', merge: true, refused: inPercent });
  const read = useDepartments().value?.items;
  const departments: Named[] = read ?? [];
  const form = useFaultsInSight(e.wrong, Boolean(e.theirs), part, show);
  if (!e.form || !read) return e.failed ? <Unread failed={e.failed} again={e.again} /> : <Waiting />;
  const f = e.form, p = { wrong: e.wrong, departments };
  const moved = (change: Partial<SettingsForm>) => { e.forgive(); e.put(change); }; // faults name places in lists
  return (
    <div class={part === 'rules' ? 'asks' : ''} ref={form}>
      <Form wrong={e.wrong} busy={e.busy} submit={e.save}>
        <Conflict editing={e} rows={(of) => rowsOf(of, departments)} />
        <div role="alert">{unplaced(e.wrong).map((w) => <p class="wrong">{w}</p>)}</div>
        {part === 'words' ? <Say words={f.words} put={(words) => e.put({ words })} wrong={e.wrong} /> : (
          <>
            <Whether f={f} put={e.put} wrong={e.wrong} />
            <Rules {...p} rules={f.conditions} put={(conditions) => e.put({ conditions })} moved={(conditions) => moved({ conditions })} />
            <Duties {...p} duties={f.duties} put={(duties) => e.put({ duties })} moved={(duties) => moved({ duties })} />
          </>
        )}
        <div class={e.changed || e.said ? 'unsaved' : ''}><Save editing={e} /></div>
      </Form>
      {part === 'rules' && <div class="tries"><Try changed={e.changed} saved={e.stored} departments={departments} language={language} /></div>}
    </div>
  );
}

/** What is wrong, or was changed by another, comes into sight, also from the other part of the form. */
function useFaultsInSight(wrong: Wrong, theirs: boolean, part: string, show: (to: PartOf) => void) {
  const form = useRef<HTMLDivElement>(null);
  const fields = Object.keys(wrong).filter(Boolean);
  useEffect(() => {
    const there = fields.some((field) => field.startsWith('words.') === (part === 'words'));
    if (fields.length > 0 && !there) show(part === 'words' ? 'rules' : 'words');
    setTimeout(() => { // once folded conditions are open
      const field = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
      const told = form.current?.querySelector('[role="alert"]:not(:empty)');
      (field ?? told)?.scrollIntoView({ block: 'center' });
      field?.focus({ preventScroll: true });
    });
  }, [JSON.stringify(Object.keys(wrong)), theirs]); // what has no field counts, too
  return form;
}

/** The languages in which a wish for a person is known. */
const wishes = ['en', 'hi', 'es', 'pt', 'fr', 'de', 'ar', 'id'];

/** Whether it hands over at all, and what it does so by besides conditions. */
function Whether({ f, put, wrong }: { f: SettingsForm; put: (change: Partial<SettingsForm>) => void; wrong: Wrong }) {
  return (
    <Group title={say('assistant.whether')}>
      <Tick name="enabled" label={say('assistant.enabled')} hint={say(f.enabled ? 'assistant.enabled.on' : 'assistant.enabled.off')} value={f.enabled} set={(enabled) => put({ enabled })} wrong={wrong} />
      <Text name="confidenceThreshold" type="number" min={1} max={100} optional label={say('assistant.threshold')} hint={say(f.confidenceThreshold.trim() ? 'assistant.threshold.why' : 'assistant.threshold.never')} value={f.confidenceThreshold} set={(confidenceThreshold) => put({ confidenceThreshold })} wrong={wrong} />
      <div class="chips"><Ticks name="languages" label={say('assistant.languages')} hint={say('assistant.languages.why')} value={f.languages} set={(languages) => put({ languages })} options={tongues(f.languages, wishes)} wrong={wrong} /></div>
    </Group>
  );
}
