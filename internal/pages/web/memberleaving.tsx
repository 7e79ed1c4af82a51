// What will happen to the work of members who are removed, said before.
import { useEffect, useState } from 'preact/hooks';
import { type Member, call } from './api';
import { Unread, Waiting } from './asof';
import type { CallbackPage } from './callback';
import type { LiveView } from './live';
import { useResource } from './resource';
import { Callbacks, Works } from './teamwork';
import { say } from './words';

/** The callbacks that some of the team have claimed, of 1,000 at most. */
function useClaimed(ids: Set<string>): { page: CallbackPage | undefined; failed: string; again: () => void } {
  const first = useResource<CallbackPage>('/v1/callbacks?state=claimed&limit=100');
  const [rest, set] = useState<CallbackPage>();
  useEffect(() => {
    if (!first.value) return;
    const walk = async () => {
      const items = [...first.value!.items];
      let cursor = first.value!.nextCursor;
      for (let pages = 1; cursor && pages < 10; pages++) {
        const { body }: { body: CallbackPage } = await call<CallbackPage>('GET', `/v1/callbacks?state=claimed&limit=100&cursor=${encodeURIComponent(cursor)}`);
        items.push(...body.items);
        cursor = body.nextCursor;
      }
      set({ items: items.filter((c) => ids.has(c.claimedBy?.id ?? '')), ...(cursor ? { nextCursor: cursor } : {}) });
    };
    walk().catch(() => set({ items: first.value!.items.filter((c) => ids.has(c.claimedBy?.id ?? '')), nextCursor: 'unread' }));
  }, [first.value]);
  return { page: rest, failed: first.value ? '' : first.failed, again: first.again };
}

interface LeavingProps { members: { id: string; firstName: string }[]; me: Member; told: () => void }

export function Leaving({ members, me, told }: LeavingProps) {
  const ids = new Set(members.map((m) => m.id));
  const live = useResource<LiveView>('/v1/live', 5000);
  const claimed = useClaimed(ids);
  const failed = live.value ? claimed.failed : live.failed;
  const known = Boolean(failed || live.value && claimed.page);
  useEffect(() => { if (known) told(); }, [known]);
  if (failed) return <Unread failed={`${say('team.unknown')} ${failed}`} again={() => { live.again(); claimed.again(); }} />;
  if (!live.value || !claimed.page) return <Waiting />;
  const ringing = live.value.ringing.filter((w) => ids.has(w.offer?.memberId ?? ''));
  const active = live.value.active.filter((w) => ids.has(w.assignedTo?.id ?? '')).map((w) => ({ ...w, offer: null }));
  const none = ringing.length + active.length + claimed.page.items.length === 0;
  return (
    <div class="effects">
      <p>{say('member.delete.why', { n: members.length })}</p>
      {ids.has(me.id) && <p class="wrong">{say('member.delete.you')}</p>}
      {ringing.length > 0 && <><p>{say('member.delete.rings', { n: ringing.length })}</p><Works works={ringing} me={me} /></>}
      {active.length > 0 && <><p>{say('member.delete.active', { n: active.length })}</p><Works works={active} me={me} /></>}
      <Callbacks page={claimed.page} words="member.delete.callbacks" me={me} />
      {none && <p>{say('member.delete.free', { n: members.length })}</p>}
    </div>
  );
}
