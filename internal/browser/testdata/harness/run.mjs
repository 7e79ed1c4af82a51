// Plays the one story that it is given: node run.mjs STORY. Ends with its standard input. A story that
// exports laws has a sandbox whose clocks go by newer laws than the browser's.
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Stage } from './stage.mjs';

process.stdin.on('end', () => process.exit(3)).resume();

const file = process.argv[2];
const { default: tell, laws } = await import(pathToFileURL(file).href);
const stage = await Stage.open(basename(file, '.mjs'), laws ? { CONNECTNOW_TZ: process.env.STORY_LAWS } : {});
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
