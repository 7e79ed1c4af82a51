// Settings: one's own, and for whoever manages the business those of the business.
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { ScreenProps } from './office';
import { useTitle } from './parts';
import { Business } from './settingsbusiness';
import { You } from './you';
import { say } from './words';

type Whose = 'you' | 'business';

/** The address says which of the two is shown, so that a link leads to either. */
function useWhose(): [Whose, (to: Whose) => void] {
  const read = (): Whose => (location.hash === '#business' ? 'business' : 'you');
  const [whose, set] = useState(read);
  useEffect(() => {
    const look = () => set(read());
    addEventListener('hashchange', look);
    addEventListener('popstate', look);
    return () => {
      removeEventListener('hashchange', look);
      removeEventListener('popstate', look);
    };
  }, []);
  return [whose, (to) => {
    history.replaceState(null, '', `/settings${to === 'you' ? '' : '#business'}`);
    set(to);
  }];
}

export function Settings({ me, setMe }: ScreenProps) {
  useTitle(say('settings.title'));
  const [whose, show] = useWhose();
  const manages = me.role !== 'staff';
  return (
    <main class="wide settings">
      <h1>{say('settings.title')}</h1>
      {manages && (
        <div class="tabs" role="group" aria-label={say('settings.which')}>
          {(['you', 'business'] as const).map((w) => <button key={w} aria-pressed={whose === w} onClick={() => show(w)}>{say(`settings.${w}`)}</button>)}
        </div>
      )}
      {manages && whose === 'business' ? <Business me={me} /> : <You me={me} setMe={setMe} />}
    </main>
  );
}

/** One matter of settings under its heading. */
export function Group({ title, why, children }: { title: string; why?: string; children: ComponentChildren }) {
  const id = useId();
  return (
    <section class="group" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {why && <p class="why">{why}</p>}
      {children}
    </section>
  );
}

interface DisclosedProps { label: string; children: (close: () => void) => ComponentChildren }

/** A form that is there once it is asked for: the focus goes to its first field, and back when it closes. */
export function Disclosed({ label, children }: DisclosedProps) {
  const [open, set] = useState(false);
  const button = useRef<HTMLButtonElement>(null), form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) form.current?.querySelector<HTMLElement>('input:not([hidden]), select')?.focus();
  }, [open]);
  const close = () => {
    set(false);
    button.current?.focus();
  };
  return (
    <div class="disclosed">
      <button ref={button} aria-expanded={open} onClick={() => set(!open)}>{label}</button>
      {open && <div ref={form} onKeyDown={(e) => { if (e.key === 'Escape') close(); }}>{children(close)}</div>}
    </div>
  );
}
