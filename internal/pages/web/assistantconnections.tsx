// The platforms that speak for the business. Whoever runs the deployment adds them; admins see and remove them.
import { useState } from 'preact/hooks';
import { type Member, Refused, call } from './api';
import { AsOf, Unread, Waiting } from './asof';
import { Confirm, useTold } from './confirm';
import { useDoing } from './parts';
import { useResource } from './resource';
import { Group } from './settings';
import { day } from './times';
import { say } from './words';

interface Connection { id: string; kind: 'agentcore' | 'connect' | 'lex' | 'classic'; platformId: string; createdAt: string }

const nameOf = (c: Connection): string => `${say(`connection.kind.${c.kind}`)} ${c.platformId}`;

export function Connections({ me }: { me: Member }) {
  const { value, at, failed, again } = useResource<{ items: Connection[] }>('/v1/assistant/connections');
  const account = useResource<{ id: string }>('/v1/account').value?.id;
  const [removing, remove] = useState<Connection>();
  const [told, tell] = useTold();
  const removed = (c: Connection) => {
    tell(say('connection.removed', { name: nameOf(c) }));
    remove(undefined);
    again();
  };
  return (
    <Group title={say('connection.title')} why={say('connection.why')}>
      {!value && (failed ? <Unread failed={failed} again={again} /> : <Waiting />)}
      {value && <AsOf at={at} failed={failed} language={me.language} />}
      {value?.items.length === 0 && <p class="empty">{say('connection.none')}</p>}
      <ul class="things">{value?.items.map((c) => (
        <li key={c.id}>
          <p><b>{say(`connection.kind.${c.kind}`)}</b> <bdi class="soft">{c.platformId}</bdi><small>{say('key.since', { day: day(c.createdAt, me.language) })}</small></p>
          <p class="row"><button class="quiet" aria-label={say('assistant.remove', { name: nameOf(c) })} onClick={() => remove(c)}>{say('assistant.remove.short')}</button></p>
        </li>
      ))}</ul>
      {told}
      <details class="howto">
        <summary>{say('connection.how')}</summary>
        <p>{say('connection.how.why')}</p>
        <pre><code>{`make connect ARGS='-function … -account ${account ?? 'acc_…'} -kind lex -id …'`}</code></pre>
        <p class="hint">{say('connection.how.ids')}</p>
      </details>
      {removing && <Remove c={removing} close={() => remove(undefined)} done={() => removed(removing)} />}
    </Group>
  );
}

function Remove({ c, close, done }: { c: Connection; close: () => void; done: () => void }) {
  const { busy, wrong, run } = useDoing();
  const does = () => run(async () => {
    try {
      await call('DELETE', `/v1/assistant/connections/${c.id}`);
    } catch (e) {
      if (!(e instanceof Refused) || e.problem.status !== 404) throw e; // somebody was faster
    }
    done();
  });
  return (
    <Confirm title={say('connection.remove.title', { name: nameOf(c) })} yes={say('assistant.remove.short')} busy={busy} wrong={wrong} does={does} close={close}>
      <p>{say('connection.remove.why')}</p>
    </Confirm>
  );
}
