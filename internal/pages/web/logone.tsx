// One escalation of the log: the page of an escalation, with how long it took and how its turns were dealt.
import { useAtWork } from './atwork';
import { EscalationPage } from './escalation';
import { lasting, secondsBetween } from './logtable';
import { Link } from './parts';
import { Receipt } from './receipt';
import { say } from './words';
import { type Escalation } from './work';

export function LogOne({ id }: { id: string }) {
  const { me } = useAtWork();
  return <EscalationPage id={id} logged={{
    above: (e) => <Facts e={e} />,
    below: (e) => me.role !== 'staff' && <Receipts e={e} language={me.language} />,
  }} />;
}

/** How soon it was answered, how long it lasted, and where it goes on. */
function Facts({ e }: { e: Escalation }) {
  const facts = [
    e.acceptedAt && [say('log.answeredAfter'), lasting(secondsBetween(e.createdAt, e.acceptedAt))],
    e.acceptedAt && e.endedAt && [say('log.lasted'), lasting(secondsBetween(e.acceptedAt, e.endedAt))],
  ].filter((f): f is [string, string] => Boolean(f));
  return (
    <div class="log-facts">
      {facts.length > 0 && <dl>{facts.map(([label, text]) => <div key={label}><dt>{label}</dt><dd>{text}</dd></div>)}</dl>}
      {e.callbackId && <p><Link to={`/callbacks/${e.callbackId}`}>{say('log.callback')}</Link></p>}
    </div>
  );
}

const Receipts = ({ e, language }: { e: Escalation; language: string | null }) => (
  <section class="card log-receipts" aria-labelledby="receipts">
    <h2 id="receipts">{say('escalation.why')}</h2>
    <Receipt id={e.id} language={language} />
  </section>
);
