// The settings of the business: one form, saved over what was seen.
import { useEffect, useRef } from 'preact/hooks';
import { type Member } from './api';
import { Unread, Waiting } from './asof';
import { Conflict, Save, type Editing, useEditing } from './editing';
import { Pick, Text, Tick } from './fields';
import { Holidays } from './hoursholidays';
import { Form } from './parts';
import { Group } from './settings';
import { type Account, type AccountForm, bodyOf, formOf, nudges, rowsOf, spanOf } from './settingsform';
import { Place } from './settingsplace';
import { dayTime } from './times';
import { say } from './words';

/** What each group of fields is given. */
export interface GroupProps { e: Editing<Account, AccountForm>; f: AccountForm; me: Member }

export function Business({ me }: { me: Member }) {
  const e = useEditing<Account, AccountForm>('/v1/account', { formOf, bodyOf });
  const form = useFaultsInSight(e);
  if (!e.form) return e.failed ? <Unread failed={e.failed} again={e.again} /> : <Waiting />;
  const p = { e, f: e.form, me };
  return (
    <div ref={form}>
      <Form wrong={e.wrong} busy={e.busy} submit={e.save}>
        <Conflict editing={e} rows={rowsOf} />
        <div class="groups">
          <div><Place {...p} /><Ringing {...p} /><Capacity {...p} /></div>
          <div><Callbacks {...p} /><DaysOff {...p} /><Reminders {...p} /><Safety {...p} /></div>
        </div>
        <div class={e.changed || e.said ? 'unsaved' : ''}><Save editing={e} /></div>
      </Form>
    </div>
  );
}

/** The form is longer than a screen, so what is wrong, or was changed by another, comes into sight. */
function useFaultsInSight({ wrong, theirs }: Editing<Account, AccountForm>) {
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const field = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    const told = form.current?.querySelector('[role="alert"]:not(:empty)');
    (field ?? told)?.scrollIntoView({ block: 'center' });
    field?.focus({ preventScroll: true });
  }, [JSON.stringify(Object.keys(wrong)), Boolean(theirs)]); // what has no field counts, too
  return form;
}

type Numeric = 'ringSeconds' | 'maxOffers' | 'missedOffersUntilOffline' | 'callbackDueMinutes' | 'chatCapacity' | 'activeCall' | 'activeChat';

interface CountProps { p: GroupProps; of: Numeric; name?: string; hint: string; min: number; max: number }

const Count = ({ p: { e, f }, of, name = of, hint, min, max }: CountProps) => (
  <Text name={name} type="number" label={say(`business.${of}`)} hint={hint} min={min} max={max} value={f[of]} set={(to) => e.put({ [of]: to })} wrong={e.wrong} />
);

function Ringing(p: GroupProps) {
  const { e, f } = p;
  return (
    <Group title={say('business.ringing')}>
      <Count p={p} of="ringSeconds" hint={say('business.ringSeconds.why')} min={10} max={120} />
      <Count p={p} of="maxOffers" hint={say('business.maxOffers.why')} min={1} max={20} />
      <Count p={p} of="missedOffersUntilOffline" hint={say('business.missedOffersUntilOffline.why')} min={0} max={10} />
      <Pick name="overflow" label={say('business.overflow')} value={f.overflow} set={(overflow) => e.put({ overflow })} options={(['everyone', 'none'] as const).map((o) => [o, say(`overflow.${o}`)] as const)} wrong={e.wrong} />
      <Pick name="balance" label={say('business.balance')} hint={say('business.balance.why')} value={f.balance} set={(balance) => e.put({ balance })} options={(['department', 'team'] as const).map((b) => [b, say(`balance.${b}`)] as const)} wrong={e.wrong} />
    </Group>
  );
}

function Capacity(p: GroupProps) {
  const span = (minutes: string) => spanOf(minutes) && say('business.active.why', { span: spanOf(minutes) });
  return (
    <Group title={say('business.capacity')}>
      <Count p={p} of="chatCapacity" hint={say('business.chatCapacity.why')} min={0} max={20} />
      <Count p={p} of="activeCall" name="activeMinutes.call" hint={span(p.f.activeCall)} min={1} max={44_640} />
      <Count p={p} of="activeChat" name="activeMinutes.chat" hint={span(p.f.activeChat)} min={1} max={44_640} />
    </Group>
  );
}

function Callbacks(p: GroupProps) {
  const span = spanOf(p.f.callbackDueMinutes);
  return (
    <Group title={say('business.callbacks')}>
      <Count p={p} of="callbackDueMinutes" hint={span && say('business.callbackDueMinutes.why', { span })} min={1} max={10_080} />
    </Group>
  );
}

/** The list has a heading of its own. */
const DaysOff = ({ e, f, me }: GroupProps) => (
  <div class="group"><Holidays value={f.holidays} set={(holidays) => e.put({ holidays })} wrong={e.wrong} language={me.language} /></div>
);

function Reminders({ e, f }: GroupProps) {
  return (
    <Group title={say('business.nudges')} why={say('business.nudges.why')}>
      {nudges.map((n) => <Tick key={n} name={`nudges.${n}`} label={say(`nudge.${n}`)} hint={say(`nudge.${n}.why`)} value={f[n]} set={(on) => e.put({ [n]: on })} wrong={e.wrong} />)}
    </Group>
  );
}

function Safety({ e, f, me }: GroupProps) {
  const from = e.stored?.requireTotpFrom;
  const why = from && f.requireTotp ? say('business.requireTotp.from', { time: dayTime(from, me.language) }) : say('business.requireTotp.why');
  return (
    <Group title={say('business.safety')}>
      <Pick name="firstPassword" label={say('business.firstPassword')} hint={say('business.firstPassword.why')} value={f.firstPassword} set={(firstPassword) => e.put({ firstPassword })} options={(['change', 'keep'] as const).map((w) => [w, say(`firstPassword.${w}`)] as const)} wrong={e.wrong} />
      <Tick name="requireTotp" label={say('business.requireTotp')} hint={[why, f.requireTotp && !me.totp && say('business.requireTotp.you')].filter(Boolean).join(' ')} value={f.requireTotp} set={(requireTotp) => e.put({ requireTotp })} wrong={e.wrong} />
    </Group>
  );
}
