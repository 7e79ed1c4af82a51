// What stands where something is being read, and where it could not be.
import { Icon } from './parts';
import { time } from './times';
import { say } from './words';

/** Grey lines in place of what is being read, once that takes longer than a moment. */
export const Waiting = () => <div class="waiting" role="status" aria-busy="true"><span class="unseen">{say('reading')}</span></div>;

/** Says that what is shown is from before, and why. */
export function AsOf({ at, failed, language }: { at: number; failed: string; language: string | null }) {
  if (!failed) return null;
  return <p class="bar warn" role="status"><Icon name="wifi-off" /><span>{say('asOf', { time: time(at, language, true) })} {failed}</span></p>;
}

/** Nothing could be read: why, and another try. */
export const Unread = ({ failed, again }: { failed: string; again: () => void }) => <div role="alert"><p class="wrong">{failed}</p><p class="row"><button onClick={again}>{say('again')}</button></p></div>;
