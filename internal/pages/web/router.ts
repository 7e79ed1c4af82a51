// Where one is. The address decides which screen is shown, so that a push, a link and the back
// button lead to the same.
import { useEffect, useState } from 'preact/hooks';

const changed = new EventTarget();

/** Goes to an address; instead leaves none to come back to. */
export function go(path: string, instead = false): void {
  if (path === location.pathname + location.search) return;
  if (instead) history.replaceState(null, '', path);
  else history.pushState(null, '', path);
  changed.dispatchEvent(new Event('change'));
  scrollTo(0, 0);
}

/** The path of now; whoever uses it is drawn anew when it changes. */
export function usePath(): string {
  const [path, set] = useState(location.pathname);
  useEffect(() => {
    const look = () => set(location.pathname);
    changed.addEventListener('change', look);
    addEventListener('popstate', look);
    return () => {
      changed.removeEventListener('change', look);
      removeEventListener('popstate', look);
    };
  }, []);
  return path;
}

/** What stands behind the ? of the address of now. */
export function useQuery(): URLSearchParams {
  const [query, set] = useState(location.search);
  useEffect(() => {
    const look = () => set(location.search);
    changed.addEventListener('change', look);
    addEventListener('popstate', look);
    return () => {
      changed.removeEventListener('change', look);
      removeEventListener('popstate', look);
    };
  }, []);
  return new URLSearchParams(query);
}

/** Gives what stands for {id} in a pattern, or undefined where the path is another. */
export function match(pattern: string, path: string): Record<string, string> | undefined {
  const want = pattern.split('/'), got = path.split('/');
  if (want.length !== got.length) return undefined;
  const found: Record<string, string> = {};
  for (let i = 0; i < want.length; i++) {
    const name = /^\{(\w+)\}$/.exec(want[i]!)?.[1];
    if (name && /^\w+$/.test(got[i]!)) found[name] = got[i]!; // ids have no other characters
    else if (want[i] !== got[i]) return undefined;
  }
  return found;
}
