// Prints the release that moment-timezone has, and then for each of its zones a line with
// the name, and after it the seconds since 1970 of every hour at which its offset is not
// that of the hour before, and the offset in seconds.
// Usage: node changes.mjs FROM TO, in seconds since 1970.
import moment from 'moment-timezone';

const [from, to] = process.argv.slice(2).map(Number);
const lines = [moment.tz.dataVersion];
for (const name of moment.tz.names()) {
  const zone = moment.tz.zone(name);
  const line = [name];
  let before;
  for (let at = from; at < to; at += 3600) {
    const offset = Math.round(zone.utcOffset(at * 1000) * -60); // counted to the west, in minutes
    if (offset !== before) line.push(`${at}=${offset}`);
    before = offset;
  }
  lines.push(line.join(' '));
}
process.stdout.write(lines.join('\n') + '\n');
