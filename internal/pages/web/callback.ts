// A callback as the API tells it, and what can be said of one in words.
import { type Conversation, type Customer } from './work';
import { ago, dayTime } from './times';
import { isWord, say } from './words';

export interface Attempt { at: string; memberId: string; firstName: string | null; outcome: string; note?: string }

export interface Entry {
  at: string; state: 'open' | 'helped' | 'taken_back'; escalationId: string; interactionId: string; channel: 'call' | 'chat';
  reason: string; summary: string; customer: Customer;
}

export interface Said extends Conversation { escalationId: string; createdAt: string; channel: 'call' | 'chat' }

export interface Callback {
  id: string; state: 'open' | 'claimed' | 'done' | 'dismissed'; departmentId: string; departmentName: string | null; customer: Customer; summary: string;
  because: string; needsContact: boolean; dueAt: string; claimedBy: { id: string; firstName: string } | null;
  attempts: Attempt[]; attemptsCount: number; entries: Entry[]; entriesCount: number; joinedTo: string | null;
  updatedAt: string; createdAt: string; note: string | null; endedAt: string | null;
}

export interface WholeCallback extends Callback { conversations: Said[]; conversationsCursor?: string }

export interface CallbackPage { items: Callback[]; nextCursor?: string; counts?: { open: number; mine: number; overdue: number; more?: true } }

/** Whether somebody is still to call. */
export const pending = (c: Callback): boolean => c.state === 'open' || c.state === 'claimed';

/** How a callback's time stands: what is overdue comes first. */
export function dueOf(c: Callback): 'overdue' | 'today' | 'later' {
  const due = new Date(c.dueAt);
  if (due.getTime() < Date.now()) return 'overdue';
  return due.toDateString() === new Date().toDateString() ? 'today' : 'later';
}

/** When it is due, and how long that is from now. */
export function dueWords(c: Callback, language: string | null): string {
  if (!pending(c)) return c.endedAt ? say('callback.endedAt', { state: say(`callback.${c.state}`), time: dayTime(c.endedAt, language) }) : say(`callback.${c.state}`);
  return say(dueOf(c) === 'overdue' ? 'callbacks.since' : 'callbacks.in', { time: dayTime(c.dueAt, language), ago: ago(c.dueAt, language) });
}

/** A word of a group for a code of the API, or the code. */
export function wordOf(group: string, code: string): string {
  const key = `${group}.${code}`;
  return isWord(key) ? say(key) : code;
}

/** A number that can be dialled for certain. */
export const dialable = (phone: string): boolean => /^\+[1-9]\d{1,14}$/.test(phone);

/** Who it is, as far as somebody said. */
export const nameOf = (c: Customer): string => c.name || c.phone || c.email || say('work.customer');
