// Departments: who could take work there, and what goes on. A table, and on a phone a card each.
import type { LiveView } from './live';
import { say } from './words';

const columns = [
  ['live.call', 'call'], ['live.chat', 'chat'], ['live.ringing', 'ringing'], ['live.active', 'active'],
  ['live.callbacks', 'callbacksOpen'], ['live.overdue', 'callbacksOverdue'],
] as const;

type Row = Partial<Record<(typeof columns)[number][1], number>>;

// The roles are named, since a browser forgets those of a table that is no table on a phone.
export function Departments({ live }: { live: LiveView }) {
  const none = live.noDepartment;
  const rest = none.ringing + none.active + none.callbacksOpen + none.callbacksOverdue > 0;
  return (
    <section aria-labelledby="departments">
      <h2 id="departments">{say('live.departments')}</h2>
      {live.departments.length === 0 && !rest && <p class="empty">{say('live.departments.none')}</p>}
      {(live.departments.length > 0 || rest) && (
        <table role="table" class="departments">
          <thead role="rowgroup">
            <tr role="row"><th role="columnheader" scope="col">{say('live.department')}</th>{columns.map(([word]) => <th role="columnheader" scope="col">{say(word)}</th>)}</tr>
          </thead>
          <tbody role="rowgroup">
            {live.departments.map((d) => <DepartmentRow key={d.id} name={d.name} row={d} />)}
            {rest && <DepartmentRow key="" name={say('live.none')} row={none} />}
          </tbody>
        </table>
      )}
    </section>
  );
}

function DepartmentRow({ name, row }: { name: string; row: Row }) {
  return (
    <tr role="row">
      <th role="rowheader" scope="row"><bdi>{name}</bdi></th>
      {columns.map(([word, column]) => (
        <td role="cell" data-label={say(word)} class={classOf(column, row[column])}>{row[column] ?? '–'}</td>
      ))}
    </tr>
  );
}

const classOf = (column: string, n: number | undefined): string => {
  if (!n) return 'zero';
  return column === 'callbacksOverdue' ? 'bad' : '';
};
