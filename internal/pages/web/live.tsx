// Live: what goes on now. The sentence on top says what a customer who asks would meet.
import { useRef, useState } from 'preact/hooks';
import { type Availability, type Member } from './api';
import { AsOf, Unread, Waiting } from './asof';
import { Checklist } from './checklist';
import { isClosed, kept } from './kept';
import { Departments } from './livedepartments';
import { People } from './livepeople';
import { Works } from './liveworks';
import { useTitle } from './parts';
import { useResource } from './resource';
import { dayTime } from './times';
import { moment } from './work';
import { say } from './words';

export interface Counts { call: number; chat: number }
export interface Goes { ringing: number; active: number; callbacksOpen: number; callbacksOverdue: number }

export interface LiveWork {
  escalationId: string; channel: 'call' | 'chat'; reason: string; departmentId: string; departmentName: string | null; drill: boolean; transfer: boolean;
  offer: { number: number; memberId: string; firstName: string; ringingUntil: string; ringingSeconds: number } | null;
  assignedTo: { id: string; firstName: string } | null; createdAt: string; acceptedAt: string | null;
}

export interface LiveMember {
  id: string; firstName: string; availability: Availability;
  work: { escalationId: string; channel: 'call' | 'chat'; state: 'ringing' | 'active'; since: string }[];
}

export interface LiveView {
  at: string; timeZoneData: string; now: Counts; inBusinessHours: boolean; nextAt: string | null;
  departments: (Counts & Goes & { id: string; name: string })[]; noDepartment: Goes;
  members: LiveMember[]; ringing: LiveWork[]; active: LiveWork[]; more: boolean;
}

/** How often a page that is shown looks, and one that is not, in milliseconds. */
const shown = 2000, hidden = 15_000;

export function Live({ me }: { me: Member }) {
  useTitle(say('live.title'));
  const { value: live, at, failed, again } = useResource<LiveView>('/v1/live', shown, hidden);
  const deadlines = useDeadlines(live);
  const fromServer = useServerClock(live);
  const [closed] = useState(() => isClosed(kept('first'), false));
  if (!live) return <main class="wide"><h1>{say('live.title')}</h1>{failed ? <Unread failed={failed} again={again} /> : <Waiting />}</main>;
  const nobody = live.now.call === 0 && live.now.chat === 0;
  const alarm = nobody && live.inBusinessHours;
  return (
    <main class="wide live">
      {!closed && <Checklist me={me} alone={false} />}
      <header class={alarm ? 'sentence bad' : 'sentence'}>
        <h1>{sentence(live)}</h1>
        <p>{[!live.inBusinessHours && say('live.outside'), nextOf(live, me)].filter(Boolean).join(' ')}</p>
      </header>
      {/* Numbers change all the time; what must be heard is that nobody is left. */}
      <p class="unseen" role="status">{alarm && say('live.nobody')}</p>
      <AsOf at={at} failed={failed} language={me.language} />
      <div class="now">
        <Works id="rings" title={say('live.ringing')} none={say('live.ringing.none')} works={live.ringing} deadlines={deadlines} fromServer={fromServer} me={me} changed={again} />
        <Works id="active" title={say('live.active')} none={say('live.active.none')} works={live.active} deadlines={deadlines} fromServer={fromServer} me={me} changed={again} />
      </div>
      <div class="team">
        <Departments live={live} />
        <People live={live} me={me} changed={again} />
      </div>
      {live.more && <p class="soft">{say('live.more')}</p>}
    </main>
  );
}

/** What a customer who asks now would meet. */
function sentence({ now }: LiveView): string {
  if (now.call === 0 && now.chat === 0) return say('live.nobody');
  return say('live.now', {
    call: now.call ? say('live.calls', { n: now.call }) : say('live.calls.none'),
    chat: now.chat ? say('live.chats', { n: now.chat }) : say('live.chats.none'),
  });
}

/** Who comes next, and when. */
function nextOf(live: LiveView, me: Member): string {
  if (!live.nextAt) return '';
  const who = live.members.filter((m) => m.availability.nextShiftAt === live.nextAt).map((m) => m.firstName);
  const at = dayTime(live.nextAt, me.language);
  if (who.length === 0 || who.length > 3) return say('live.next', { time: at });
  return say('live.next', { time: `${new Intl.ListFormat(me.language || undefined).format(who)} ${at}` });
}

/** An offer is known by the pair of escalation and number. */
export const offerKey = (w: LiveWork): string => `${w.escalationId}/${w.offer?.number ?? 0}`;

/** When each offer stops to ring. The first answer with it says how many seconds are left; those after it
 * are not sent while nothing else changes, and do not move it. */
function useDeadlines(live: LiveView | undefined): Map<string, number> {
  const kept = useRef(new Map<string, number>()), of = useRef<LiveView>(undefined);
  if (live && of.current !== live) {
    of.current = live;
    kept.current = new Map(live.ringing.map((w) => [offerKey(w), kept.current.get(offerKey(w)) ?? moment() + w.offer!.ringingSeconds * 1000]));
  }
  return kept.current;
}

/** The server's time of now, whatever this machine's clock says. */
function useServerClock(live: LiveView | undefined): () => number {
  const ahead = useRef(0), of = useRef<LiveView>(undefined);
  if (live && of.current !== live) {
    of.current = live;
    ahead.current = Date.parse(live.at) - moment();
  }
  const clock = useRef(() => moment() + ahead.current);
  return clock.current;
}
