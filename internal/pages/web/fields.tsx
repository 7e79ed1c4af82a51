// Fields of forms beside those that are typed at sign-in. What is wrong with each stands below it.
import { useId } from 'preact/hooks';
import { Labelled, type Wrong, wrongWith } from './parts';

interface Props { name: string; label: string; wrong?: Wrong | undefined; hint?: string | undefined }

interface TextProps extends Props {
  value: string;
  set: (value: string) => void;
  type?: 'text' | 'email' | 'number' | 'date' | 'time' | 'tel' | 'url';
  autocomplete?: string;
  min?: number | string;
  max?: number | string;
  optional?: boolean;
}

/** One line. A number is text here too: what somebody typed is kept, and the server says what is wrong with it. */
export const Text = (p: TextProps) => (
  <Labelled {...p}>{(named) => (
    <input
      {...named} type={(p.type ?? 'text') as 'text'} value={p.value} min={p.min} max={p.max} required={!p.optional} autocomplete={p.autocomplete ?? 'off'}
      autocapitalize={p.type === 'email' ? 'off' : undefined} spellcheck={false} onInput={(e) => p.set(e.currentTarget.value)}
    />
  )}</Labelled>
);

/** Several lines. */
export const Area = (p: Props & { value: string; set: (value: string) => void; rows?: number }) => (
  <Labelled {...p}>{(named) => <textarea {...named} dir="auto" rows={p.rows ?? 3} value={p.value} onInput={(e) => p.set(e.currentTarget.value)} />}</Labelled>
);

/** One of a few. */
export const Pick = <V extends string>(p: Props & { value: V; set: (value: V) => void; options: readonly (readonly [value: V, label: string])[] }) => (
  <Labelled {...p}>{(named) => (
    <select {...named} value={p.value} onChange={(e) => p.set(e.currentTarget.value as V)}>
      {p.options.map(([value, label]) => <option key={value} value={value}>{label}</option>)}
    </select>
  )}</Labelled>
);

/** Yes or no. */
export function Tick(p: Props & { value: boolean; set: (value: boolean) => void }) {
  const id = useId();
  const wrong = wrongWith(p.wrong, p.name);
  return (
    <div class="field">
      <label class="check"><input type="checkbox" name={p.name} checked={p.value} aria-invalid={wrong.length > 0} aria-describedby={id} onChange={(e) => p.set(e.currentTarget.checked)} />{p.label}</label>
      <div id={id} class="about">{p.hint && <p>{p.hint}</p>}{wrong.map((w) => <p class="wrong">{p.label} {w}</p>)}</div>
    </div>
  );
}

/** Any of several. */
export function Ticks(p: Props & { value: string[]; set: (value: string[]) => void; options: readonly (readonly [value: string, label: string])[] }) {
  const id = useId();
  const wrong = wrongWith(p.wrong, p.name);
  return (
    <fieldset class="field" aria-describedby={id}>
      <legend>{p.label}</legend>
      {p.options.map(([value, label]) => (
        <label class="check" key={value}>
          <input type="checkbox" name={p.name} checked={p.value.includes(value)} aria-invalid={wrong.length > 0} onChange={(e) => p.set(e.currentTarget.checked ? [...p.value, value] : p.value.filter((v) => v !== value))} />
          <bdi>{label}</bdi>
        </label>
      ))}
      <div id={id} class="about">{p.hint && <p>{p.hint}</p>}{wrong.map((w) => <p class="wrong">{p.label} {w}</p>)}</div>
    </fieldset>
  );
}
