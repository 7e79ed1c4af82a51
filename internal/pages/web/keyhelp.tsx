// The list of keys.
import { useEffect, useRef, useState } from 'preact/hooks';
import { keysOff, setKeys, useKeys } from './keys';
import { Icon } from './parts';
import { type Word, say } from './words';

/** Where g and a letter lead, of the screens that there are. */
const letters: Record<string, string> = { '/live': 'l', '/me': 'w', '/team': 't', '/callbacks': 'c', '/log': 'e', '/assistant': 's' };

/** Keys for the screens of somebody, and the button and the dialog that list them. */
export function Keys({ to }: { to: readonly (readonly [address: string, word: Word])[] }) {
  const places = Object.fromEntries(to.flatMap(([address]) => letters[address] ? [[letters[address], address]] : []));
  const [help, show] = useKeys(places);
  return (
    <>
      <button class="quiet keys" onClick={() => show(true)}><Icon name="circle-help" /><span class="sr">{say('keys.title')}</span></button>
      {help && <Help to={to} close={() => show(false)} />}
    </>
  );
}

function Help({ to, close }: { to: readonly (readonly [string, Word])[]; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [on, set] = useState(!keysOff());
  useEffect(() => dialog.current?.showModal(), []);
  const rows: [string[], string][] = [
    ...to.flatMap(([address, word]): [string[], string][] => letters[address] ? [[['g', letters[address]], say(word)]] : []),
    [['/'], say('keys.search')], [['j'], say('keys.next')], [['k'], say('keys.before')], [['Enter'], say('keys.enter')],
    [['a'], say('keys.accept')], [['d'], say('keys.decline')], [['Esc'], say('keys.escape')], [['?'], say('keys.help')],
  ];
  return (
    <dialog ref={dialog} aria-labelledby="keys" onClose={close}>
      <h2 id="keys">{say('keys.title')}</h2>
      <label class="check"><input type="checkbox" checked={on} onChange={(e) => { set(e.currentTarget.checked); setKeys(e.currentTarget.checked); }} />{say('keys.on')}</label>
      <table>
        <tbody>{rows.map(([keys, what]) => <tr key={what}><th scope="row">{keys.map((k, i) => <>{i > 0 && ` ${say('keys.then')} `}<kbd>{k}</kbd></>)}</th><td>{what}</td></tr>)}</tbody>
      </table>
      <button class="main" onClick={() => dialog.current?.close()}>{say('close')}</button>
    </dialog>
  );
}
