// What the form about a member holds, and what is sent of it.
import { changedOf } from './editing';
import { languageName } from './languages';
import { type Role, type TeamMember } from './team';
import { isWord, say } from './words';

export interface MemberForm { firstName: string; lastName: string; email: string; language: string; role: Role; departmentIds: string[]; calls: boolean; chats: string }

export const formOf = (m: TeamMember): MemberForm => ({
  firstName: m.firstName, lastName: m.lastName, email: m.email, language: m.language ?? '', role: m.role,
  departmentIds: [...m.departmentIds].sort(), calls: m.capacity.calls > 0, chats: String(m.capacity.chats),
});

/** A number as it was typed; what is none is sent as it is, and the server says so. */
const numberOf = (text: string): number | string => /^\d+$/.test(text.trim()) ? Number(text) : text;

/** What is sent: what was changed, with the departments in any order. */
export function bodyOf(form: MemberForm, was: MemberForm): unknown {
  const { calls, chats, ...rest } = changedOf({ ...form, departmentIds: [...form.departmentIds].sort() }, was);
  const capacity = { ...(calls === undefined ? {} : { calls: calls ? 1 : 0 }), ...(chats === undefined ? {} : { chats: numberOf(chats) }) };
  return { ...rest, ...(Object.keys(capacity).length ? { capacity } : {}) };
}

/** The form in words, for two versions side by side. */
export function rowsOf(f: MemberForm, departments: Map<string, string>): [label: string, text: string][] {
  const role = `role.${f.role}`;
  return [
    [say('team.firstName'), f.firstName], [say('team.lastName'), f.lastName], [say('team.email'), f.email], [say('member.language'), f.language ? languageName(f.language) : say('member.language.none')],
    [say('team.role'), isWord(role) ? say(role) : f.role],
    [say('live.departments'), f.departmentIds.map((id) => departments.get(id) ?? id).sort().join(', ')],
    [say('member.calls'), say(f.calls ? 'member.yes' : 'member.no')], [say('member.chats'), f.chats],
  ];
}
