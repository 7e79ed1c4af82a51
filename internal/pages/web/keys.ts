// Keys. None does anything that cannot be undone, none works while somebody writes or has Ctrl,
// Alt or Meta down, and one switch turns them all off.
import { useEffect, useRef, useState } from 'preact/hooks';
import { keep, kept } from './kept';
import { go } from './router';

/** Whether keys are switched off. */
export const keysOff = (): boolean => kept('keys') === 'off';

/** Switches keys on or off. */
export const setKeys = (on: boolean): void => keep('keys', on ? null : 'off');

/** Whether a key was pressed by itself, and not while somebody writes. */
export const plain = (e: KeyboardEvent): boolean =>
  !e.ctrlKey && !e.altKey && !e.metaKey && !e.isComposing && !(e.target instanceof HTMLElement && (e.target.isContentEditable || e.target.matches('input, textarea, select')));

/** The first thing to press in each entry of the lists of a screen. */
function entries(): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (const li of document.querySelectorAll('main li, main tbody tr')) {
    const first = li.querySelector<HTMLElement>('a[href], button:not(:disabled)');
    if (first && !found.includes(first)) found.push(first);
  }
  return found;
}

/** Goes by so many entries; Enter then does what it always does. */
function walk(by: number): void {
  const all = entries();
  const at = all.findIndex((e) => e === document.activeElement || e.closest('li, tr')?.contains(document.activeElement));
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
  all[next]?.focus();
}

/** How long a g waits for its letter, in milliseconds. */
const patience = 1500;

/** Listens for keys; places are where g and a letter lead. Gives whether the list of keys is asked for. */
export function useKeys(places: Record<string, string>): [help: boolean, show: (help: boolean) => void] {
  const [help, show] = useState(false);
  const now = useRef(places), went = useRef(0);
  now.current = places;
  useEffect(() => {
    const pressed = (e: KeyboardEvent) => {
      if (e.defaultPrevented || keysOff() && e.key !== '?' || !plain(e)) return;
      if (document.querySelector('dialog[open]') || e.target instanceof Element && e.target.closest('[role=alertdialog]')) return;
      const place = performance.now() - went.current < patience ? now.current[e.key] : undefined;
      went.current = e.key === 'g' ? performance.now() : 0;
      if (place) go(place);
      else if (e.key === '?') show(true);
      else if (e.key === 'j') walk(1);
      else if (e.key === 'k') walk(-1);
      else if (e.key === '/') {
        const search = document.querySelector<HTMLElement>('main input[type=search]');
        if (!search) return;
        search.focus();
      } else return;
      e.preventDefault();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, []);
  return [help, show];
}
