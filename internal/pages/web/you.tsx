// One's own settings.
import { type Member } from './api';
import { Conflict, Save, changedOf, useEditing } from './editing';
import { Pick, Text } from './fields';
import { languageName, languageOptions } from './languages';
import { Waiting, Unread } from './asof';
import { Form, Link } from './parts';
import { Group } from './settings';
import { dayTime } from './times';
import { YourDevices } from './youdevices';
import { YourEmail } from './youemail';
import { YourFactor } from './youfactor';
import { HandOver } from './youowner';
import { YourPhone } from './youphone';
import { YourPassword } from './youpassword';
import { YourSessions } from './yousessions';
import { say } from './words';

export interface YouProps { me: Member; setMe: (me: Member) => void }

export function You({ me, setMe }: YouProps) {
  return (
    <div class="groups">
      <div>
        <Names me={me} setMe={setMe} />
        <Hours me={me} />
        <YourPhone />
        <YourDevices me={me} />
      </div>
      <div>
        <YourEmail me={me} setMe={setMe} />
        <YourPassword me={me} setMe={setMe} />
        <YourFactor me={me} setMe={setMe} />
        <YourSessions me={me} />
        {me.role === 'owner' && <HandOver me={me} setMe={setMe} />}
      </div>
    </div>
  );
}

interface Own { firstName: string; lastName: string; language: string }

const rows = (f: Own): (readonly [string, string])[] => [
  [say('you.firstName'), f.firstName], [say('you.lastName'), f.lastName],
  [say('you.language'), f.language ? languageName(f.language) : say('you.language.none')],
];

function Names({ me, setMe }: YouProps) {
  const e = useEditing<Member, Own>('/v1/me', {
    formOf: ({ firstName, lastName, language }) => ({ firstName, lastName, language: language ?? '' }),
    bodyOf: changedOf, after: (now) => setMe({ ...me, ...now }),
  });
  const f = e.form;
  return (
    <Group title={say('you.names')}>
      {!f && (e.failed ? <Unread failed={e.failed} again={e.again} /> : <Waiting />)}
      {f && (
        <Form wrong={e.wrong} busy={e.busy} submit={e.save}>
          <Conflict editing={e} rows={rows} />
          <Text name="firstName" label={say('you.firstName')} autocomplete="given-name" value={f.firstName} set={(firstName) => e.put({ firstName })} wrong={e.wrong} />
          <Text name="lastName" label={say('you.lastName')} autocomplete="family-name" value={f.lastName} set={(lastName) => e.put({ lastName })} wrong={e.wrong} />
          <Pick name="language" label={say('you.language')} hint={say('you.language.why')} value={f.language} set={(language) => e.put({ language })} options={languageOptions(say('you.language.none'), f.language)} wrong={e.wrong} />
          <Save editing={e} />
        </Form>
      )}
    </Group>
  );
}

function Hours({ me }: { me: Member }) {
  const { shiftEndsAt, nextShiftAt } = me.availability;
  const now = shiftEndsAt ? say('you.hours.on', { time: dayTime(shiftEndsAt, me.language) })
    : nextShiftAt ? say('you.hours.off', { time: dayTime(nextShiftAt, me.language) }) : '';
  return (
    <Group title={say('you.hours')} why={say('you.hours.none')}>
      {now && <p>{now}</p>}
      <p><Link to={`/team/${me.id}/hours`}>{say('you.hours.do')}</Link></p>
    </Group>
  );
}
