// Looking for one customer in a list.
import { useEffect, useId, useState } from 'preact/hooks';
import { type Wrong, wrongWith } from './parts';
import { say } from './words';

interface SearchProps { customer: string; wrong?: Wrong; find: (customer: string) => void }

/** Looks for one customer when Enter is pressed, and for all again when nothing is left in it. */
export function Search({ customer, wrong, find }: SearchProps) {
  const [text, set] = useState(customer);
  useEffect(() => set(customer), [customer]);
  const id = useId(), faults = wrongWith(wrong, 'customer');
  const change = (to: string) => {
    set(to);
    if (!to.trim() && customer) find('');
  };
  return (
    <form role="search" noValidate onSubmit={(e) => { e.preventDefault(); find(text.trim()); }}>
      <label class="field">{say('callbacks.customer')}
        <input type="search" enterKeyHint="search" autocomplete="off" spellcheck={false} value={text} aria-invalid={faults.length > 0} aria-describedby={id} onInput={(e) => change(e.currentTarget.value)} />
      </label>
      <div id={id} class="about">{faults.map((w) => <p class="wrong">{say('callbacks.customer')} {w}</p>)}</div>
    </form>
  );
}
