// The screens where a business is managed. They are loaded when the first of them is opened, so that
// whoever only takes customers does not wait for them.
import type { ComponentType } from 'preact';
import { type Member } from './api';
import { Assistant } from './assistant';
import { assistantWords } from './assistantwords';
import { Audit } from './audit';
import { Departments } from './departments';
import { editWords } from './editwords';
import { HoursPage } from './hours';
import { hourWords } from './hourwords';
import { ImportMembers } from './import';
import { Log } from './log';
import { LogOne } from './logone';
import { logWords } from './logwords';
import { MemberPage } from './member';
import { match } from './router';
import { Settings } from './settings';
import { settingWords } from './settingwords';
import { Test } from './test';
import { Team } from './teamlist';
import { AddMember } from './teamnew';
import { teamWords } from './teamwords';
import { addWords } from './words';

addWords(editWords, teamWords, hourWords, logWords, settingWords, assistantWords);

/** What a screen gets: who looks, and what stands for {id} in its address. */
export interface ScreenProps { me: Member; id: string; setMe: (me: Member) => void }

/** All screens, the first that fits its address. Those of admins are no page for staff. */
const screens: { pattern: string; who: 'all' | 'admin'; screen: ComponentType<ScreenProps> }[] = [
  { pattern: '/team', who: 'admin', screen: Team },
  { pattern: '/team/new', who: 'admin', screen: AddMember },
  { pattern: '/team/import', who: 'admin', screen: ImportMembers },
  { pattern: '/team/{id}', who: 'admin', screen: MemberPage },
  { pattern: '/team/{id}/hours', who: 'all', screen: HoursPage },
  { pattern: '/departments', who: 'admin', screen: Departments },
  { pattern: '/log', who: 'all', screen: Log },
  { pattern: '/log/{id}', who: 'all', screen: LogOne },
  { pattern: '/test', who: 'admin', screen: Test },
  { pattern: '/audit', who: 'admin', screen: Audit },
  { pattern: '/assistant', who: 'admin', screen: Assistant },
  { pattern: '/settings', who: 'all', screen: Settings },
];

/** The screen of an address, or nothing where there is none for whoever asks. */
export function screenOf(path: string, me: Member): { screen: ComponentType<ScreenProps>; id: string } | undefined {
  for (const { pattern, who, screen } of screens) {
    const found = match(pattern, path);
    if (found && (who === 'all' || me.role !== 'staff')) return { screen, id: found['id'] ?? '' };
  }
  return undefined;
}
