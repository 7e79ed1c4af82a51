// Small parts that every screen is made of.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { Refused, Unreached } from './api';
import { go } from './router';
import { say } from './words';

/** A drawing of the sprite. It says nothing by itself: a word stands beside it. */
export const Icon = ({ name }: { name: string }) => (
  <svg class="icon" aria-hidden="true"><use href={`${ICONS_URL}#${name}`} /></svg>
);

interface LinkProps { to: string; children: ComponentChildren; current?: 'page' | true | undefined; class?: string }

/** A way to another screen. With a key held, or another button, the browser does what it always does:
 * a tab of its own, a window, a download. */
export const Link = ({ to, children, current, class: look }: LinkProps) => (
  <a href={to} class={look} aria-current={current} onClick={(e) => {
    if (e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    go(to);
  }}>{children}</a>
);

const boxes = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** What a customer wrote: text and nothing else, in its own direction, its control characters as boxes. */
export const Theirs = ({ text }: { text: string }) => <bdi dir="auto" class="theirs">{text.replace(boxes, '\u25a1')}</bdi>;

/** What is wrong, sorted by field; the rest under "". */
export type Wrong = Record<string, string[]>;

/** Words for when to try again. */
const waiting = (seconds: number): Wrong => ({ '': [seconds >= 60 ? say('signin.wait', { n: Math.ceil(seconds / 60) }) : say('error.wait', { n: seconds })] });

/** Words for whatever a call threw. */
export function wrongOf(e: unknown): Wrong {
  if (e instanceof Unreached) return { '': [say('error.network')] };
  if (!(e instanceof Refused)) throw e;
  const p = e.problem;
  if (p.status === 429 && e.retryAfter) return waiting(e.retryAfter);
  if (p.errors?.length) {
    const wrong: Wrong = {};
    for (const f of p.errors) (wrong[f.field] ??= []).push(f.detail);
    return wrong;
  }
  if (!p.detail && (p.status === 429 || p.status >= 502)) return { '': [say('error.busy')] }; // the gateway's own
  return { '': [p.detail || say('error.unknown', { id: p.requestId ?? String(p.status) })] };
}

interface FieldProps {
  name: string;
  label: string;
  value: string;
  set: (value: string) => void;
  type?: 'text' | 'email' | 'password' | 'tel';
  autocomplete: string;
  wrong?: Wrong;
  hint?: string;
  inputMode?: 'numeric' | 'email' | 'text';
  autofocus?: boolean;
}

/** What is wrong with a field, or with a part of it such as "entries[2].start". */
export const wrongWith = (wrong: Wrong | undefined, name: string): string[] =>
  Object.entries(wrong ?? {}).flatMap(([field, all]) => (field === name || field.startsWith(`${name}[`) || field.startsWith(`${name}.`) ? all : []));

/** What an input needs to be named by its label and told by what is below it. */
export interface Named { id: string; name: string; 'aria-invalid': boolean; 'aria-describedby': string }

interface LabelledProps { name: string; label: string; wrong?: Wrong | undefined; hint?: string | undefined; children: (named: Named) => ComponentChildren }

/** An input with its label above, and what is wrong below it. */
export function Labelled(p: LabelledProps) {
  const id = useId();
  const wrong = wrongWith(p.wrong, p.name);
  return (
    <div class="field">
      <label for={id}>{p.label}</label>
      {p.children({ id, name: p.name, 'aria-invalid': wrong.length > 0, 'aria-describedby': `${id}-about` })}
      <div id={`${id}-about`} class="about">
        {p.hint && <p>{p.hint}</p>}
        {wrong.map((w) => <p class="wrong">{p.label} {w}</p>)}
      </div>
    </div>
  );
}

/** A field of a form that is typed. */
export function Field(p: FieldProps) {
  const [shown, show] = useState(false);
  return (
    <Labelled name={p.name} label={p.label} wrong={p.wrong} hint={p.hint}>{(named) => (
      <div class="input">
        <input
          {...named} value={p.value} required autocomplete={p.autocomplete} inputMode={p.inputMode}
          type={(p.type === 'password' && shown ? 'text' : p.type ?? 'text') as 'text'} autofocus={p.autofocus}
          autocapitalize="off" spellcheck={false} onInput={(e) => p.set(e.currentTarget.value)}
        />
        {p.type === 'password' && (
          <button type="button" class="quiet" aria-pressed={shown} onClick={() => show(!shown)}>{say(shown ? 'hide' : 'show')}</button>
        )}
      </div>
    )}</Labelled>
  );
}

interface FormProps { title?: string; why?: string; wrong: Wrong; busy: boolean; submit: () => void; children: ComponentChildren }

/** A form whose faults without a field stand on top, announced when they come. */
export function Form(p: FormProps) {
  return (
    <form noValidate onSubmit={(e) => { e.preventDefault(); if (!p.busy) p.submit(); }} aria-busy={p.busy}>
      {p.title && <h1>{p.title}</h1>}
      {p.why && <p class="why">{p.why}</p>}
      <div role="alert">{(p.wrong[''] ?? []).map((w) => <p class="wrong">{w}</p>)}</div>
      {p.children}
    </form>
  );
}

/** Runs one thing at a time, and gives what was wrong with the last. */
export function useDoing(): { busy: boolean; wrong: Wrong; run: (f: () => Promise<void>) => void; clear: () => void } {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<Wrong>({});
  const [until, wait] = useState(0);
  // Counted in fives, since each change of the words is read out.
  useEffect(() => {
    if (!until) return undefined;
    const t = setInterval(() => {
      const left = Math.ceil((until - performance.now()) / 1000);
      if (left <= 0) wait(0);
      setWrong(left > 0 ? waiting(5 * Math.ceil(left / 5)) : {});
    }, 1000);
    return () => clearInterval(t);
  }, [until]);
  const run = (f: () => Promise<void>) => {
    setBusy(true);
    setWrong({});
    wait(0);
    f().catch((e: unknown) => {
      setWrong(wrongOf(e));
      if (e instanceof Refused && e.problem.status === 429 && e.retryAfter) wait(performance.now() + e.retryAfter * 1000);
    }).finally(() => setBusy(false));
  };
  return { busy, wrong, run, clear: () => setWrong({}) };
}

/** A page for one thing alone, in the middle of wide screens. */
export const Narrow = ({ children }: { children: ComponentChildren }) => (
  <main class="narrow"><p class="brand">{say('app')}</p>{children}</main>
);

/** Sets the title of the window while it is shown. */
export function useTitle(title: string): void {
  useEffect(() => { document.title = `${title} · ${say('app')}`; }, [title]);
}
