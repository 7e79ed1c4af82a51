// What may be done with a work: finish it, pass it on, file it elsewhere. One form is open at a time.
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Member } from './api';
import { Filing } from './filing';
import { Icon } from './parts';
import { Transfer } from './transfer';
import { say } from './words';
import { type Escalation } from './work';
import { WrapUp } from './wrapup';

type Form = 'finish' | 'transfer' | 'file';

/** How long an account of finished work may be corrected, in milliseconds. */
const correctable = 10 * 60 * 1000;

/** What a member may do with an escalation as it is. */
function allowed(e: Escalation, me: Member): { form: Form; word: 'work.finish' | 'work.transfer' | 'work.file' | 'work.correct' }[] {
  const holds = e.assignedTo?.id === me.id, manages = me.role !== 'staff';
  if (!holds && !manages) return [];
  const file = { form: 'file', word: 'work.file' } as const;
  if (e.state === 'active') return [{ form: 'finish', word: 'work.finish' }, { form: 'transfer', word: 'work.transfer' }, file];
  if (e.state === 'ringing') return manages ? [{ form: 'transfer', word: 'work.transfer' }, { form: 'finish', word: 'work.finish' }] : [];
  const completed = e.history.findLast((h) => h.what === 'completed');
  const own = e.state === 'completed' && completed?.memberId === me.id && Date.now() - new Date(completed.at).getTime() < correctable;
  return own ? [{ form: 'finish', word: 'work.correct' }, file] : [file];
}

interface ActionsProps { e: Escalation; me: Member; done: (what: Form) => void }

export function Actions({ e, me, done }: ActionsProps) {
  const [open, show] = useState<Form>();
  const last = useRef<Form>(undefined), row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) last.current = open;
    else if (last.current) row.current?.querySelector<HTMLElement>(`[data-form=${last.current}]`)?.focus();
  }, [open]);
  const cancel = () => show(undefined);
  const finished = (what: Form) => () => {
    show(undefined);
    done(what);
  };
  if (open === 'finish') return <WrapUp e={e} done={finished('finish')} cancel={cancel} />;
  if (open === 'transfer') return <Transfer e={e} me={me} done={finished('transfer')} cancel={cancel} />;
  if (open === 'file') return <Filing e={e} done={finished('file')} cancel={cancel} />;
  const buttons = allowed(e, me);
  if (buttons.length === 0) return null;
  const icon = { finish: 'check', transfer: 'arrow-right-left', file: 'folder-input' };
  return (
    <div class="row acts" ref={row}>
      {buttons.map((b, i) => <button key={b.form} data-form={b.form} class={i === 0 && (e.state === 'active' || e.state === 'ringing') ? 'main' : ''} onClick={() => show(b.form)}><Icon name={icon[b.form]} />{say(b.word)}</button>)}
    </div>
  );
}
