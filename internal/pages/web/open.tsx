// One accepted work, as my work shows it.
import { useEffect, useState } from 'preact/hooks';
import { type Member, call } from './api';
import { Icon, Theirs, type Wrong, wrongOf } from './parts';
import { time } from './times';
import { type Word, say } from './words';
import { type Escalation } from './work';
import { WrapUp } from './wrapup';

/** One accepted work: what the customer said, and how it ends. */
export function Open({ id, me, done }: { id: string; me: Member; done: () => void }) {
  const [e, set] = useState<Escalation>();
  const [failed, fail] = useState<Wrong>({});
  const [wrapping, wrap] = useState(false);
  const load = () => void call<Escalation>('GET', `/v1/escalations/${id}`).then((a) => { set(a.body); fail({}); }, (error: unknown) => fail(wrongOf(error)));
  useEffect(load, [id]);
  if (!e) {
    return failed[''] ? <section class="work"><p class="wrong">{failed['']}</p><button onClick={load}>{say('again')}</button></section> : <section class="work" aria-busy="true" />;
  }
  const c = e.conversation;
  return (
    <section class="work" aria-label={say(e.channel === 'call' ? 'offer.call' : 'offer.chat')}>
      <h2><Icon name={e.channel === 'call' ? 'phone' : 'message-circle'} /><Theirs text={e.customer.name || say('work.customer')} />{e.drill && <span class="tag">{say('offer.drill')}</span>}</h2>
      {e.summary && <><h3>{say('work.summary')}</h3><p><Theirs text={e.summary} /></p></>}
      <Link e={e} />
      {c && c.messages.length > 0 && (
        <details open>
          <summary>{say('work.conversation')}</summary>
          <ol class="messages">
            {c.messages.map((m) => <li class={m.from}><span class="from">{say(`from.${m.from}` as Word)} {m.at && <time dateTime={m.at}>{time(m.at, me.language)}</time>}</span><Theirs text={m.text} /></li>)}
          </ol>
        </details>
      )}
      {wrapping ? <WrapUp e={e} done={done} cancel={() => wrap(false)} /> : <button class="main" onClick={() => wrap(true)}>{say('work.finish')}</button>}
    </section>
  );
}

/** The two links there are: the platform's chat and the customer's phone. */
function Link({ e }: { e: Escalation }) {
  const url = e.connect?.url ?? '';
  const host = /^https:\/\//.test(url) && URL.canParse(url) ? new URL(url).host : '';
  return (
    <p class="links">
      {host && <a href={url} target="_blank" rel="noopener noreferrer"><Icon name="external-link" />{say('work.open', { host })}</a>}
      {/^\+[1-9]\d{1,14}$/.test(e.customer.phone) && <a href={`tel:${e.customer.phone}`}><Icon name="phone" />{e.customer.phone}</a>}
    </p>
  );
}
