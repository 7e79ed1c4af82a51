// Which programs may ask for people: keys for those that speak MCP, and platforms that are connected.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Member, Refused, call } from './api';
import { Connections } from './assistantconnections';
import { AsOf, Unread, Waiting } from './asof';
import { Confirm, useTold } from './confirm';
import { useDraft, useGuard } from './drafts';
import { Text, Ticks } from './fields';
import { Form, Icon, useDoing } from './parts';
import { useResource } from './resource';
import { Disclosed, Group } from './settings';
import { asFull, unanswered } from './team';
import { ago, day } from './times';
import { say } from './words';

/** What a key is good for. */
const rights = ['escalate', 'read', 'change'] as const;
type Right = (typeof rights)[number];

interface Key { id: string; name: string; may: Right[]; key?: string; createdAt: string; lastUsedAt: string | null }

export const Access = ({ me }: { me: Member }) => (
  <div class="groups access-of">
    <div><Keys me={me} /></div>
    <div><Connections me={me} /></div>
  </div>
);

/** Where programs come in that speak MCP: the same origin as these pages. */
const mcp = (): string => `${location.origin}/mcp`;

function Keys({ me }: { me: Member }) {
  const { value, at, failed, again } = useResource<{ items: Key[] }>('/v1/assistant/keys');
  const [fresh, show] = useState<Key>();
  const [removing, remove] = useState<Key>();
  const [told, tell] = useTold();
  const removed = (k: Key) => {
    tell(say('key.removed', { name: k.name }));
    remove(undefined);
    if (fresh?.id === k.id) show(undefined);
    again();
  };
  return (
    <Group title={say('key.title')} why={say('key.why')}>
      <Copied label={say('key.address')} text={mcp()} />
      {!value && (failed ? <Unread failed={failed} again={again} /> : <Waiting />)}
      {value && <AsOf at={at} failed={failed} language={me.language} />}
      {value?.items.length === 0 && <p class="empty">{say('key.none')}</p>}
      <ul class="things">{value?.items.map((k) => <Row key={k.id} k={k} me={me} remove={() => remove(k)} />)}</ul>
      {told}
      {fresh?.key && <Shown k={fresh} close={() => { tell(say('key.works', { name: fresh.name })); show(undefined); }} />}
      {value && <Disclosed label={say('key.new')}>{(close) => <NewKey done={(k) => { close(); tell(''); show(k); again(); }} />}</Disclosed>}
      {removing && <Remove k={removing} close={() => remove(undefined)} done={() => removed(removing)} />}
    </Group>
  );
}

function Row({ k, me, remove }: { k: Key; me: Member; remove: () => void }) {
  return (
    <li>
      <p>
        <b><bdi>{k.name}</bdi></b> <bdi class="soft">{k.id}</bdi>
        <small>{k.may.map((right) => say(`key.may.${right}`)).join(' · ')}</small>
        <small>{k.lastUsedAt ? say('key.used', { ago: ago(k.lastUsedAt, me.language) }) : say('key.unused')} · {say('key.since', { day: day(k.createdAt, me.language) })}</small>
      </p>
      <p class="row"><button class="quiet" aria-label={say('assistant.remove', { name: k.name })} onClick={remove}>{say('assistant.remove.short')}</button></p>
    </li>
  );
}

/** A new key, this once. It is in no draft, and gone with the screen. */
function Shown({ k, close }: { k: Key; close: () => void }) {
  useGuard('assistant/shown', true);
  return (
    <section class="new-key" aria-label={say('key.made', { name: k.name })}>
      <p class="bar warn"><span>{say('key.once')}</span></p>
      <Copied label={say('key.key', { name: k.name })} text={k.key!} focus />
      <p class="hint">{say('key.how')}</p>
      <p><button onClick={close}>{say('key.kept')}</button></p>
    </section>
  );
}

/** Something to carry elsewhere, with a button that copies it. */
function Copied({ label, text, focus }: { label: string; text: string; focus?: boolean }) {
  const [said, tell] = useState('');
  const code = useRef<HTMLElement>(null), button = useRef<HTMLButtonElement>(null);
  useEffect(() => { if (focus) button.current?.focus(); }, []);
  const copy = () => navigator.clipboard.writeText(text).then(() => tell(say('key.copied')), () => {
    getSelection()?.selectAllChildren(code.current!); // no leave: they copy it themselves
    tell(say('key.select'));
  });
  return (
    <div class="copied">
      <p><span class="soft">{label}</span> <code ref={code} class="mono">{text}</code></p>
      <button type="button" ref={button} aria-label={say('key.copy.of', { name: label })} onClick={() => void copy()}><Icon name="copy" />{say('key.copy')}</button>
      <span role="status" class="soft">{said}</span>
    </div>
  );
}

/** The form for a key. What got no answer is sent again with the same key of the request, which gives the same key. */
function NewKey({ done }: { done: (k: Key) => void }) {
  const [f, put, clear] = useDraft<{ name: string; may: string[] }>('assistant/key', { name: '', may: ['escalate', 'read'] });
  const sent = useRef({ text: '', key: '' });
  const { busy, wrong, run } = useDoing();
  const make = () => run(async () => {
    const text = JSON.stringify(f);
    if (sent.current.text !== text) sent.current = { text, key: crypto.randomUUID() };
    try {
      const { body } = await call<Key>('POST', '/v1/assistant/keys', f, { headers: { 'Idempotency-Key': sent.current.key } });
      clear();
      done(body);
    } catch (e) {
      if (!unanswered(e)) sent.current = { text: '', key: '' };
      throw asFull(e);
    }
  });
  return (
    <Form wrong={wrong} busy={busy} submit={make}>
      <Text name="name" label={say('key.name')} hint={say('key.name.why')} value={f.name} set={(name) => put({ name })} wrong={wrong} />
      <Ticks name="may" label={say('key.may')} hint={say('key.may.why')} value={f.may} set={(may) => put({ may })} options={rights.map((right) => [right, say(`key.may.${right}`)] as const)} wrong={wrong} />
      <button class="main" disabled={busy || f.may.length === 0}>{say('key.make')}</button>
    </Form>
  );
}

function Remove({ k, close, done }: { k: Key; close: () => void; done: () => void }) {
  const { busy, wrong, run } = useDoing();
  const does = () => run(async () => {
    try {
      await call('DELETE', `/v1/assistant/keys/${k.id}`);
    } catch (e) {
      if (!(e instanceof Refused) || e.problem.status !== 404) throw e; // somebody was faster
    }
    done();
  });
  return (
    <Confirm title={say('key.remove.title', { name: k.name })} yes={say('assistant.remove.short')} busy={busy} wrong={wrong} does={does} close={close}>
      <p>{say('key.remove.why')}</p>
    </Confirm>
  );
}
