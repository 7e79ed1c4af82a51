// Members and departments as the API tells them, and what can be said of them in words.
import { type Member, Refused, call } from './api';
import { useResource } from './resource';
import { dayTime } from './times';
import { say } from './words';

export type Role = Member['role'];

export interface TeamMember extends Member {
  departmentNames: string[];
  capacity: { calls: number; chats: number };
  workingHours: unknown;
  devices: { registered: number; working: number; voipWorking: number; lastSeenAt: string | null };
  totp: boolean;
  emailProved: boolean;
  createdAt: string;
}

export interface TeamPage { items: TeamMember[]; nextCursor?: string }

export interface Department { id: string; name: string; memberCount: number }

/** The departments, read again every so many milliseconds. */
export const useDepartments = (shown = 0) => useResource<{ items: Department[] }>('/v1/departments', shown);

export const fullName = (m: { firstName: string; lastName: string }): string => `${m.firstName} ${m.lastName}`;

/** When somebody works, as the server counts it. */
export function hoursOf(m: TeamMember, language: string | null): string {
  const a = m.availability;
  if (!m.workingHours) return say('team.hours.always');
  if (a.onShift) return a.shiftEndsAt ? say('team.hours.until', { time: dayTime(a.shiftEndsAt, language) }) : say('team.hours.on');
  return a.nextShiftAt ? say('team.hours.from', { time: dayTime(a.nextShiftAt, language) }) : say('team.hours.none');
}

/** Whether a phone of theirs gets pushes. */
export function phoneOf({ devices: d }: TeamMember): 'works' | 'none' | 'refuses' {
  if (d.working > 0) return 'works';
  return d.registered > 0 ? 'refuses' : 'none';
}

/** What the form for a member asks for, but the password. */
export interface NewMember { firstName: string; lastName: string; email: string; role: string; departmentIds: string[] }

/** One try to add a member, for as long as it is not known what came of it. */
export interface Attempt { text: string; key: string; password: string }

/** Whether the API has not said yes or no. */
export const unanswered = (e: unknown): boolean => !(e instanceof Refused) || e.problem.status >= 500 || e.problem.status === 429;

/** Sets somebody's password. */
export const setPassword = (id: string, password: string, confirmPassword = password) =>
  call('PUT', `/v1/members/${id}/password`, { password, confirmPassword });

/** Adds a member. What got no answer is sent again with the same key, which answers as it did the first
 * time, whatever the password: one that was changed since is set after it. */
export async function addMember(m: NewMember, password: string, confirmPassword: string, attempt: { current: Attempt | undefined }): Promise<TeamMember> {
  const text = JSON.stringify(m);
  const last = attempt.current;
  const now = attempt.current = last?.text === text ? last : { text, key: crypto.randomUUID(), password };
  try {
    const made = await call<TeamMember>('POST', '/v1/members', { ...m, password, confirmPassword }, { headers: { 'Idempotency-Key': now.key } });
    if (now.password !== password) await setPassword(made.body.id, password, confirmPassword);
    attempt.current = undefined;
    return made.body;
  } catch (e) {
    if (!unanswered(e)) attempt.current = undefined;
    throw asFull(atEmail(e));
  }
}

/** Has nobody wait where there are as many as there may be, or many were removed lately: that makes no room. */
export const asFull = (e: unknown): unknown =>
  e instanceof Refused && /^too-many-(members|departments|keys)$/.test(e.name) ? new Refused({ ...e.problem, status: 409, detail: say('team.full') }, 0) : e;

/** Puts what is wrong with an address that another has beside the address. */
export function atEmail(e: unknown): unknown {
  if (!(e instanceof Refused) || e.name !== 'email-taken') return e;
  return new Refused({ ...e.problem, errors: [{ field: 'email', detail: say('team.taken') }] }, 0);
}
