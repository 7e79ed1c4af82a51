// Parts of the forms about a work: what is written, what was wrong, where the focus begins.
import { useEffect, useRef } from 'preact/hooks';
import { type Wrong } from './parts';
import { isWord, say } from './words';

/** Gives the focus to whatever it is put on, once. */
export function useFirst<T extends HTMLElement = HTMLInputElement>() {
  const first = useRef<T>(null);
  useEffect(() => first.current?.focus(), []);
  return first;
}

/** A note, with what is wrong with it below. One that is too long is refused whole: a browser
 * would cut what is pasted without a word. */
export function Note({ value, put, wrong, label, hint }: { value: string; put: (note: string) => void; wrong: Wrong; label: string; hint?: string }) {
  return (
    <label class="field">
      {label}
      <textarea rows={3} value={value} aria-invalid={Boolean(wrong['note'])} onInput={(event) => put(event.currentTarget.value)} />
      <span class="about">{hint}{wrong['note']?.map((w) => <span class="wrong">{label} {w}</span>)}</span>
    </label>
  );
}

/** What was wrong with the last thing done, where no field says it. */
export function Faults({ wrong, besides = [] }: { wrong: Wrong; besides?: string[] }) {
  const words = (field: string): string => {
    const key = `field.${field.replace(/\[.*$/, '')}`;
    return field && `${isWord(key) ? say(key) : field} `;
  };
  return <div role="alert">{Object.entries(wrong).filter(([field]) => !besides.includes(field)).flatMap(([field, all]) => all.map((w) => <p class="wrong">{words(field)}{w}</p>))}</div>;
}
