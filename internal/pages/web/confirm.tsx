// Asking once more before what cannot be taken back.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { type Wrong } from './parts';
import { say } from './words';

interface ConfirmProps { title: string; yes: string; busy: boolean; wait?: boolean; wrong: Wrong; does: () => void; close: () => void; children?: ComponentChildren }

/** A dialog over the page, which waits until what it is about is told. Esc and Cancel close it, and the focus goes back to where it was. */
export function Confirm(p: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus();
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
