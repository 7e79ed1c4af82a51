// Asking once more before what cannot be taken back.
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Wrong } from './parts';
import { say } from './words';

interface ConfirmProps { title: string; yes: string; busy: boolean; wait?: boolean; wrong: Wrong; does: () => void; close: () => void; children?: ComponentChildren }

/** A dialog over the page, which waits until what it is about is told. Esc and Cancel close it, and the focus goes back to where it was. */
export function Confirm(p: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const d = dialog.current!;
    d.showModal();
    return () => d.close(); // gives the focus back before whoever closed it may want it elsewhere
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onCancel={(e) => { e.preventDefault(); p.close(); }}>
      <h2 id={id}>{p.title}</h2>
      {p.children}
      <div role="alert">{Object.values(p.wrong).flat().map((w) => <p class="wrong">{w}</p>)}</div>
      <p class="row">
        <button class="main" disabled={p.busy || p.wait} onClick={p.does}>{p.yes}</button>
        <button disabled={p.busy} onClick={p.close}>{say('cancel')}</button>
      </p>
    </dialog>
  );
}

/** Says what was done, and has the focus then: the button that did it goes. */
export function useTold(): [told: ComponentChildren, tell: (what: string) => void] {
  const at = useRef<HTMLParagraphElement>(null);
  const [said, set] = useState('');
  const tell = (what: string) => {
    set(what);
    if (what) setTimeout(() => at.current?.focus()); // once the dialog has given it back
  };
  return [<p role="status" tabIndex={-1} ref={at}>{said}</p>, tell];
}
