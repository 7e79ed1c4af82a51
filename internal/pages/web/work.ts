// Work as the API tells it, and what poller and page say to each other.
import { type Member } from './api';

export interface Customer { name: string; phone: string; phoneAsGiven?: string; email: string; emailAsGiven?: string; locale: string; timeZone: string }

export interface Message { at?: string; from: 'customer' | 'assistant' | 'agent'; text: string }

export interface Agent { id: string; firstName: string }

/** One entry of an escalation's history. */
export interface Happened { at: string; what: string; memberId?: string; firstName: string | null; note?: string }

/** A callback of the customer's, as an escalation shows it. */
export interface OwnCallback {
  id: string; state: 'open' | 'claimed' | 'done' | 'dismissed'; departmentName: string | null; summary: string;
  dueAt: string; claimedBy: Agent | null; entriesCount: number;
}

export interface Offer { number: number; memberId: string; firstName: string; ringingUntil: string; ringingSeconds: number; seenAt: string | null }

export interface Conversation { summary: string; intent: string; trigger: string; messages: Message[]; attributes?: Record<string, string>; asSent?: Record<string, unknown> }

export interface Escalation {
  id: string;
  state: 'ringing' | 'active' | 'completed' | 'callback' | 'cancelled';
  channel: 'call' | 'chat';
  reason: string;
  departmentId: string;
  departmentName: string | null;
  customer: Customer;
  summary: string;
  intent: string;
  offer: Offer | null;
  assignedTo: Agent | null;
  callbackId: string | null;
  connect: { url: string } | null;
  drill: boolean;
  outcome: string | null;
  note: string | null;
  verdict: string | null;
  createdAt: string;
  acceptedAt: string | null;
  endedAt: string | null;
  history: Happened[];
  conversation?: Conversation;
  customerCallbacks?: OwnCallback[];
}

/** When an offer ends: a moment of `moment()`, and by the clock on the wall, which alone goes on
 * while a computer sleeps. Seconds is what was left when it was first seen. */
export interface Deadline { ends: number; wall: number; seconds: number }

/** What the poller found. Deadlines are by the offer's key. */
export interface Found { items: Escalation[]; deadlines: Record<string, Deadline>; at: number }

/** To the poller. */
export type Order =
  | { kind: 'begin'; member: string; bearer: string; online: boolean }
  | { kind: 'bearer'; bearer: string }
  | { kind: 'online'; online: boolean }
  | { kind: 'pushes'; work: boolean }
  | { kind: 'now' }
  | { kind: 'end' };

/** Why nothing was heard: no answer at all, or one that is none. */
export type Away = 'network' | 'server';

/** From the poller. */
export type Report =
  | { kind: 'found'; found: Found }
  | { kind: 'me'; me: Member }
  | { kind: 'bearer' } // another is wanted: this one is over
  | { kind: 'refused' } // the member may do nothing now
  | { kind: 'away'; since: number; why: Away }
  | { kind: 'back' };

/** An offer that is known is the pair of escalation and number. */
export const keyOf = (e: Escalation): string => `${e.id}/${e.offer?.number ?? 0}`;

/** Milliseconds on a clock that nobody sets; the same in page and worker. */
export const moment = (): number => performance.timeOrigin + performance.now();

/** Whether a deadline has passed. A wall clock that is far ahead means that the computer slept. */
export const past = (d: Deadline | undefined): boolean => !d || d.ends <= moment() || d.wall + 2000 < Date.now();
