// Choosing a time zone of those that the server knows, with the offsets that it knows of.
import { useEffect, useId, useMemo, useRef, useState } from 'preact/hooks';
import { AsOf, Unread, Waiting } from './asof';
import { cityOf } from './hourclock';
import { type Wrong } from './parts';
import { type Resource, useResource } from './resource';
import { say } from './words';

export interface Zone { name: string; offset: string; country: string }
interface Zones { timeZoneData: string; items: Zone[] }

/** Not more at a time: nobody reads six hundred. */
const most = 40;

/** The zones to choose from. */
export const useZones = () => useResource<Zones>('/v1/time-zones');

/** The name of a country; browsers know them by its code. */
function countryName(code: string, language: string | null): string {
  if (!code) return '';
  try {
    return new Intl.DisplayNames(language || undefined, { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** What a zone is, in a few words: its offset of now, its country. */
const about = (z: Zone, language: string | null): string => [say('zone.now', { offset: z.offset }), countryName(z.country, language)].filter(Boolean).join(' · ');

interface ZoneFieldProps { name?: string; value: string; set: (zone: string) => void; wrong?: Wrong; language: string | null; label?: string; hint?: string }

/** A field that shows the zone chosen, and opens a dialog to choose another. */
export function ZoneField({ name = 'timeZone', value, set, wrong, language, label = say('zone.label'), hint }: ZoneFieldProps) {
  const zones = useZones();
  const [open, show] = useState(false);
  const id = useId();
  const chosen = zones.value?.items.find((z) => z.name === value);
  const faults = wrong?.[name] ?? [];
  return (
    <div class="field zone" role="group" aria-labelledby={id}>
      <span class="label" id={id}>{label}</span>
      <div class="chosen">
        <span><bdi class="name">{value || '–'}</bdi>{chosen && <span class="soft">{about(chosen, language)}</span>}</span>
        <button type="button" name={name} aria-label={say('zone.choose.what', { label })} aria-describedby={`${id}-about`} aria-invalid={faults.length > 0} onClick={() => show(true)}>{say('zone.choose')}</button>
      </div>
      <div id={`${id}-about`} class="about">{hint && <p>{hint}</p>}{faults.map((w) => <p class="wrong">{label} {w}</p>)}</div>
      {open && <ZoneDialog list={zones} value={value} language={language} choose={(z) => { set(z); show(false); }} close={() => show(false)} />}
    </div>
  );
}

interface ZoneDialogProps { list: Resource<Zones>; value: string; language: string | null; choose: (zone: string) => void; close: () => void }

function ZoneDialog({ list: { value: zones, at, failed, again }, value, language, choose, close }: ZoneDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null), id = useId();
  const [text, type] = useState('');
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus();
  }, []);
  const all = useMemo(() => zones?.items.map((z) => ({ z, of: fold(`${z.name.replaceAll('_', ' ')} ${z.name} ${z.country} ${countryName(z.country, language)} UTC${z.offset}`) })), [zones]);
  // The one of now and that of whoever chooses come first.
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone, likely = (z: Zone) => (z.name === value ? 2 : z.name === here ? 1 : 0);
  const asked = fold(text).split(' ').filter(Boolean);
  const found = all?.filter(({ of }) => asked.every((a) => of.includes(a))).map(({ z }) => z).sort((a, b) => likely(b) - likely(a)) ?? [];
  return (
    <dialog ref={dialog} class="zones" aria-labelledby={id} onCancel={(e) => { e.preventDefault(); close(); }}>
      <h2 id={id}>{say('zone.title')}</h2>
      <label class="field">{say('zone.search')}
        <input type="search" value={text} autofocus autocomplete="off" spellcheck={false} onInput={(e) => type(e.currentTarget.value)} onKeyDown={(e) => { if (e.key === 'Enter') { e.preventDefault(); if (found.length === 1) choose(found[0]!.name); } }} />
      </label>
      <div class="under"><p class="soft" role="status">{zones && (found.length === 0 ? say('zone.none') : found.length > most ? say('zone.more', { n: found.length - most }) : '')}</p><button type="button" onClick={close}>{say('cancel')}</button></div>
      {zones && <AsOf at={at} failed={failed} language={language} />}
      {!zones && (failed ? <Unread failed={failed} again={again} /> : <Waiting />)}
      <ul class="found">
        {found.slice(0, most).map((z) => (
          <li key={z.name}>
            <button type="button" aria-current={z.name === value || undefined} onClick={() => choose(z.name)}>
              <span class="name"><b>{cityOf(z.name)}</b> <span class="soft">{z.name}</span></span><span class="soft">{about(z, language)}</span>
            </button>
          </li>
        ))}
      </ul>
      {zones && <p class="soft">{say('zone.data', { release: zones.timeZoneData })}</p>}
    </dialog>
  );
}

/** Letters as people type them: without accents and case, a minus as the one of the keyboard. */
const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('−', '-');
