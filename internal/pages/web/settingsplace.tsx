// What the business is called and where it is: its zone, its country, its language.
import { useCallback, useMemo } from 'preact/hooks';
import { type Member } from './api';
import { Pick, Text } from './fields';
import { type Zone, ZoneField, useZones } from './hourszone';
import { languageOptions } from './languages';
import { Group } from './settings';
import type { GroupProps } from './settingsbusiness';
import { useTicking } from './ticking';
import { time } from './times';
import { say } from './words';

export function Place({ e, f, me }: GroupProps) {
  const { value: zones } = useZones();
  const chosen = zones?.items.find((z) => z.name === f.timeZone);
  return (
    <Group title={say('business.about')}>
      <Text name="name" label={say('business.name')} autocomplete="organization" value={f.name} set={(name) => e.put({ name })} wrong={e.wrong} />
      <ZoneField label={say('business.timeZone')} hint={say('business.timeZone.why')} value={f.timeZone} set={(timeZone) => e.put({ timeZone })} wrong={e.wrong} language={me.language} />
      {chosen && <Clock zone={chosen} me={me} />}
      <Pick name="country" label={say('business.country')} hint={say('business.country.why')} value={f.country} set={(country) => e.put({ country })} options={useCountries(zones?.items, f.country, me)} wrong={e.wrong} />
      <Pick name="language" label={say('business.language')} hint={say('business.language.why')} value={f.language} set={(language) => e.put({ language })} options={languageOptions(say('business.language.none'), f.language)} wrong={e.wrong} />
      {e.stored && <p class="hint">{say('business.release', { release: e.stored.timeZoneData })}</p>}
    </Group>
  );
}

/** What the clocks show in a zone whose offset the server tells: browsers may know older laws. */
function clockIn({ offset }: Zone, language: string | null): string {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [];
  const ahead = (sign === '-' ? -60_000 : 60_000) * (60 * Number(hours ?? 0) + Number(minutes ?? 0));
  return new Date(Date.now() + ahead).toLocaleTimeString(language || undefined, { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
}

function Clock({ zone, me }: { zone: Zone; me: Member }) {
  const there = useTicking(useCallback(() => clockIn(zone, me.language), [zone, me.language]));
  const here = time(Date.now(), me.language);
  return <p class="hint">{say('business.timeZone.now', { time: there })}{here !== there && ` ${say('business.timeZone.yours', { time: here })}`}</p>;
}

/** All countries with a zone, by name. */
function useCountries(zones: Zone[] | undefined, chosen: string, me: Member): [code: string, name: string][] {
  return useMemo(() => {
    const names = new Intl.DisplayNames(me.language || undefined, { type: 'region' });
    const codes = new Set([...zones?.map((z) => z.country) ?? [], chosen]);
    codes.delete('');
    const named = [...codes].map((c): [string, string] => [c, names.of(c) ?? c]);
    return [['', say('business.country.zone')], ...named.sort(([, a], [, b]) => a.localeCompare(b, me.language || undefined))];
  }, [zones, chosen, me.language]);
}
