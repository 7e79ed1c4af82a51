// The Customer pane of the sandbox: who plays the assistant and its customers does it here, beside
// the pages of the team. It is no part of the pages, and nothing of it is deployed.
import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Card } from './card';
import { follow, forgetEnded, start, useCustomers } from './customers';
import { keep, kept } from './kept';
import { DemoPeople } from './people';
import { closeToday } from './sandbox';
import { type Sample, samples } from './samples';
import { say } from './words';

const openKey = 'sandbox-pane';

function Pane() {
  const [open, set] = useState(kept(openKey) === 'open');
  const opener = useRef<HTMLButtonElement>(null), byClick = useRef(false);
  const turn = (to: boolean) => {
    keep(openKey, to ? 'open' : '');
    byClick.current = to;
    set(to);
    if (!to) requestAnimationFrame(() => opener.current?.focus());
  };
  return (
    <>
      <DemoPeople />
      {!open && <button ref={opener} class="pane-open" aria-expanded={false} onClick={() => turn(true)}><Icon name="message-circle" />{say('title')}</button>}
      {open && <Sheet focus={byClick.current} close={() => turn(false)} />}
    </>
  );
}

/** A drawing of the pages' sprite. */
const Icon = ({ name }: { name: string }) => <svg class="icon" aria-hidden="true"><use href={`${ICONS_URL}#${name}`} /></svg>;

function Sheet({ focus, close }: { focus: boolean; close: () => void }) {
  const head = useRef<HTMLHeadingElement>(null);
  const sheet = useRef<HTMLElement>(null);
  useEffect(() => { if (focus) head.current?.focus(); }, []);
  useEscape(sheet, close);
  const customers = useCustomers();
  const ask = (list: Sample[]) => {
    for (const s of list) void start(s);
    sheet.current?.scrollTo(0, 0); // to what becomes of them
  };
  return (
    <aside ref={sheet} class="pane" aria-label={say('title')}>
      <header>
        <h2 ref={head} tabIndex={-1}>{say('title')}</h2>
        <button class="quiet" onClick={close}><Icon name="x" />{say('close')}</button>
      </header>
      <p class="why">{say('what')}</p>
      {customers.length > 0 && (
        <section aria-label={say('going')}>
          <ul class="pane-cards">{customers.map((s) => <Card key={s.interactionId} s={s} />)}</ul>
          {customers.some((s) => s.over) && <button class="quiet" onClick={forgetEnded}>{say('clear')}</button>}
        </section>
      )}
      <section aria-labelledby="pane-samples">
        <h3 id="pane-samples">{say('samples')}</h3>
        <ul class="pane-samples">{samples.map((s) => <li key={s.key}><SampleButton s={s} ask={() => ask([s])} /></li>)}</ul>
        <button onClick={() => ask(samples.slice(0, 5))}>{say('many')}</button>
        <Closed />
      </section>
    </aside>
  );
}

/** Closes by Esc, where nothing of the pages has the focus. */
function useEscape(sheet: { current: HTMLElement | null }, close: () => void): void {
  useEffect(() => {
    const look = (e: KeyboardEvent) => {
      const at = document.activeElement;
      if (e.key === 'Escape' && (!at || at === document.body || sheet.current?.contains(at))) close();
    };
    document.addEventListener('keydown', look);
    return () => document.removeEventListener('keydown', look);
  }, []);
}

const SampleButton = ({ s, ask }: { s: Sample; ask: () => void }) => (
  <button onClick={ask}>
    <Icon name={s.channel === 'call' ? 'phone' : 'message-circle'} />
    <span><strong>{s.label}</strong> <span class="about">{say(s.channel)} · {s.department || say('everyone')} · {s.language}</span></span>
  </button>
);

/** The switch by which all are off shift: the shop has a holiday today. */
function Closed() {
  const [closed, set] = useState<boolean>();
  const [failed, fail] = useState(false);
  const turn = (to?: boolean) => void closeToday(to).then((is) => { set(is); fail(false); }, () => fail(true));
  useEffect(() => turn(), []);
  return (
    <>
      <label class="check"><input type="checkbox" role="switch" checked={closed ?? false} disabled={closed === undefined} onChange={(e) => turn(e.currentTarget.checked)} />{say('closed')}</label>
      <p role="status">{failed && say('closed.failed')}</p>
    </>
  );
}

const place = document.createElement('div');
place.id = 'sandbox-pane';
document.body.append(place);
render(<Pane />, place);
follow();
