// Which escalations the log shows. It stands in the address, so that back and a new load keep it.
import { dayIn, momentOf } from './days';
import { go } from './router';

const names = ['customer', 'state', 'from', 'to', 'memberId', 'departmentId', 'channel', 'outcome', 'verdict', 'drill'] as const;

export type LogFilter = Record<(typeof names)[number], string>;

/** Those that are behind "More filters" where there is little room. */
export const seldom: readonly (keyof LogFilter)[] = ['from', 'to', 'memberId', 'departmentId', 'channel', 'outcome', 'verdict', 'drill'];

export const filterOf = (query: URLSearchParams): LogFilter =>
  Object.fromEntries(names.map((name) => [name, name === 'from' || name === 'to' ? dayIn(query, name) : query.get(name) ?? ''])) as LogFilter;

/** Whether anything is asked for. */
export const asks = (f: LogFilter): boolean => names.some((name) => f[name]);

/** Writes it into the address. */
export function goFilter(f: LogFilter): void {
  const query = new URLSearchParams(names.filter((name) => f[name]).map((name) => [name, f[name]]));
  go(`/log${query.size ? `?${query}` : ''}`, true);
}

/** What is asked of the API. Open is whatever is not over. */
export function callOf(f: LogFilter): string {
  const query = new URLSearchParams({ limit: '50' });
  for (const name of names) {
    const value = name === 'from' ? momentOf(f.from) : name === 'to' ? momentOf(f.to, 1) : f[name];
    if (name === 'state' && value === 'open') for (const state of ['ringing', 'active']) query.append(name, state);
    else if (value) query.set(name, value);
  }
  return `/v1/escalations?${query}`;
}
