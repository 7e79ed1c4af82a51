// How a work ended.
import { useState } from 'preact/hooks';
import { call } from './api';
import { useDoing } from './parts';
import { say } from './words';
import { type Escalation } from './work';

const outcomes = ['resolved', 'hand_back', 'no_customer'] as const;

export function WrapUp({ e, done, cancel }: { e: Escalation; done: () => void; cancel: () => void }) {
  const [outcome, choose] = useState<(typeof outcomes)[number]>('resolved');
  const [note, setNote] = useState('');
  const { busy, wrong, run } = useDoing();
  const submit = () => run(async () => {
    await call('POST', `/v1/escalations/${e.id}/complete`, { outcome, ...(note ? { note } : {}) });
    done();
  });
  return (
    <form class="wrap" onSubmit={(event) => { event.preventDefault(); if (!busy) submit(); }}>
      <fieldset>
        <legend>{say('wrap.title')}</legend>
        {outcomes.map((o) => <label><input type="radio" name="outcome" value={o} checked={o === outcome} onChange={() => choose(o)} />{say(`wrap.${o}`)}</label>)}
      </fieldset>
      <label class="field">{say('wrap.note')}<textarea rows={3} maxLength={1000} value={note} onInput={(event) => setNote(event.currentTarget.value)} /></label>
      <div role="alert">{Object.values(wrong).flat().map((w) => <p class="wrong">{w}</p>)}</div>
      <button class="main" disabled={busy}>{say('wrap.do')}</button>
      <button type="button" class="quiet" onClick={cancel}>{say('cancel')}</button>
    </form>
  );
}
