// What outlives a reload, in this tab. A browser may be told to keep nothing.

/** What was kept under a name; empty where nothing is. */
export function kept(name: string): string {
  try {
    return sessionStorage.getItem(name) ?? '';
  } catch {
    return '';
  }
}

/** Keeps a text under a name, where that can be. */
export function keep(name: string, text: string): void {
  try {
    sessionStorage.setItem(name, text);
  } catch { /* then a reload begins anew */ }
}
