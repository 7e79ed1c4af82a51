// Plays the one story that it is given: node run.mjs STORY. Ends with its standard input.
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Stage } from './stage.mjs';

process.stdin.on('end', () => process.exit(3)).resume();

const file = process.argv[2];
const { default: tell } = await import(pathToFileURL(file).href);
const stage = await Stage.open(basename(file, '.mjs'));
let failed = '';
try {
  await tell(stage);
} catch (e) {
  failed = e.stack;
}
const faults = stage.faults();
if (failed || faults.length > 0) {
  console.log([failed, ...faults, await stage.explain()].filter(Boolean).join('\n'));
  process.exitCode = 1;
} else {
  for (const n of stage.notes) console.log(n);
}
await stage.close();
process.stdin.destroy();
