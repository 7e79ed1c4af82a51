// How a work ended: what became of it, whether the assistant was right to hand it over, and what
// else of the customer's is settled by it.
import { useState } from 'preact/hooks';
import { type Member, call } from './api';
import { useAtWork } from './atwork';
import { callbackWords } from './customer';
import { useDraft } from './drafts';
import { Faults, Note, useFirst } from './forms';
import { Theirs, useDoing } from './parts';
import { say } from './words';
import { type Escalation, type OwnCallback } from './work';

const outcomes = ['resolved', 'hand_back', 'no_customer'] as const;
const verdicts = ['right', 'assistant_should_know'] as const;

/** At most so many callbacks are closed with one work; the API takes no more. */
const mostClosed = 10;

interface Draft { outcome: string; verdict: string; note: string; close: string[]; after: 'online' | 'offline' }

interface WrapUpProps {
  e: Escalation;
  /** The customer has left, so that only words are missing. */
  ended?: boolean;
  done: () => void;
  cancel: () => void;
}

export function WrapUp({ e, ended = false, done, cancel }: WrapUpProps) {
  const { me, online, turn } = useAtWork();
  const known = outcomes.find((o) => o === e.outcome);
  const [d, put, clear] = useDraft<Draft>(`wrap/${e.id}`, { outcome: known ?? '', verdict: e.verdict ?? '', note: e.note ?? '', close: [], after: 'online' });
  const [missing, miss] = useState(false);
  const { busy, wrong, run } = useDoing();
  const first = useFirst();
  const own = e.assignedTo?.id === me.id && e.state === 'active';
  const submit = () => {
    if (!ended && !d.outcome) {
      miss(true);
      first.current?.focus();
      return;
    }
    run(async () => {
      // First, so that nothing rings between the two.
      if (own && online && d.after === 'offline') await turn('offline');
      await call('POST', `/v1/escalations/${e.id}/complete`, {
        outcome: d.outcome || 'no_customer', ...(d.note ? { note: d.note } : {}), ...(d.verdict ? { verdict: d.verdict } : {}),
        ...(d.close.length ? { callbackIds: d.close } : {}),
      });
      clear();
      done();
    });
  };
  return (
    <form class="panel wrap" aria-label={say('wrap.title')} noValidate onSubmit={(event) => { event.preventDefault(); if (!busy) submit(); }} onKeyDown={(event) => { if (event.key === 'Escape') cancel(); }}>
      {!ended && (
        <fieldset aria-describedby="outcome-about">
          <legend>{say('wrap.title')}</legend>
          {outcomes.map((o, i) => <label class="check" key={o}><input ref={i === 0 ? first : undefined} type="radio" name="outcome" value={o} checked={o === d.outcome} onChange={() => { put({ outcome: o }); miss(false); }} />{say(`wrap.${o}`)}</label>)}
          <div id="outcome-about" role="alert">{missing && <p class="wrong">{say('wrap.choose')}</p>}</div>
        </fieldset>
      )}
      <fieldset>
        <legend>{say('wrap.verdict')}</legend>
        {verdicts.map((v) => <label class="check" key={v}><input type="radio" name="verdict" value={v} checked={v === d.verdict} onChange={() => put({ verdict: v })} />{say(`verdict.${v}`)}</label>)}
      </fieldset>
      <Closing list={e.customerCallbacks ?? []} chosen={d.close} put={(close) => put({ close })} me={me} />
      <Note value={d.note} put={(note) => put({ note })} wrong={wrong} label={say('wrap.note')} />
      {own && online && (
        <fieldset>
          <legend>{say('wrap.after')}</legend>
          {(['online', 'offline'] as const).map((a) => <label class="check" key={a}><input type="radio" name="after" checked={d.after === a} onChange={() => put({ after: a })} />{say(`wrap.${a}`)}</label>)}
        </fieldset>
      )}
      <Faults wrong={wrong} besides={['note']} />
      <div class="row"><button class="main" disabled={busy}>{say('wrap.do')}</button><button type="button" class="quiet" onClick={cancel}>{say(ended ? 'close' : 'cancel')}</button></div>
    </form>
  );
}

/** The customer's other callbacks, to be closed with it. */
function Closing({ list, chosen, put, me }: { list: OwnCallback[]; chosen: string[]; put: (ids: string[]) => void; me: Member }) {
  const waiting = list.filter((c) => c.state === 'open' || c.state === 'claimed');
  if (waiting.length === 0) return null;
  return (
    <fieldset>
      <legend>{say('wrap.callbacks')}</legend>
      {waiting.map((c) => {
        const others = c.claimedBy && c.claimedBy.id !== me.id;
        return (
          <label class="check" key={c.id}>
            <input type="checkbox" checked={chosen.includes(c.id)} disabled={chosen.length >= mostClosed && !chosen.includes(c.id)}
              onChange={(event) => put(event.currentTarget.checked ? [...chosen, c.id] : chosen.filter((id) => id !== c.id))} />
            <span>
              {callbackWords(c, me.language)}
              {c.summary && <><br /><span class="soft"><Theirs text={c.summary} /></span></>}
              {others && <><br /><span class="soft">{say('wrap.theirs', { name: c.claimedBy!.firstName })}</span></>}
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
