// Work as the API tells it, and what poller and page say to each other.

export interface Customer { name: string; phone: string; email: string; locale: string; timeZone: string }

export interface Message { at: string; from: 'customer' | 'assistant' | 'agent'; text: string }

export interface Escalation {
  id: string;
  state: 'ringing' | 'active' | 'completed' | 'callback' | 'cancelled';
  channel: 'call' | 'chat';
  reason: string;
  departmentName: string | null;
  customer: Customer;
  summary: string;
  intent: string;
  offer: { number: number; memberId: string; ringingUntil: string; ringingSeconds: number; seenAt: string | null } | null;
  assignedTo: { id: string; firstName: string } | null;
  connect: { url: string } | null;
  drill: boolean;
  outcome: string | null;
  createdAt: string;
  acceptedAt: string | null;
  conversation?: { summary: string; intent: string; trigger: string; messages: Message[] };
}

/** What the poller found. Deadlines are moments of `moment()`, by the offer's key. */
export interface Found { items: Escalation[]; deadlines: Record<string, number>; at: number }

/** To the poller. */
export type Order =
  | { kind: 'begin'; bearer: string; online: boolean }
  | { kind: 'bearer'; bearer: string }
  | { kind: 'online'; online: boolean }
  | { kind: 'now' }
  | { kind: 'end' };

/** From the poller. */
export type Report =
  | { kind: 'found'; found: Found }
  | { kind: 'bearer' } // another is wanted: this one is over
  | { kind: 'away'; since: number }
  | { kind: 'back' };

/** An offer that is known is the pair of escalation and number. */
export const keyOf = (e: Escalation): string => `${e.id}/${e.offer?.number ?? 0}`;

/** Milliseconds on a clock that nobody sets; the same in page and worker. */
export const moment = (): number => performance.timeOrigin + performance.now();
