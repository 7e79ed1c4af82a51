// Plays stories one after the other in one process and one browser: their files come a line each on the
// standard input, and for each a line of JSON says what became of it. Ends with its input. A story has a
// sandbox and contexts of the browser of its own, so that it knows nothing of those before it. One that
// exports laws has a sandbox whose clocks go by newer laws than the browser's.
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { Stage } from './stage.mjs';

/** Plays one: {failed, said}. */
async function play(file) {
  const { default: tell, laws } = await import(pathToFileURL(file).href);
  const stage = await Stage.open(basename(file, '.mjs'), laws ? { CONNECTNOW_TZ: process.env.STORY_LAWS } : {});
  let thrown = '';
  try {
    await tell(stage);
  } catch (e) {
    thrown = e.stack;
  }
  const faults = [thrown, ...stage.faults()].filter(Boolean), failed = faults.length > 0;
  const said = failed ? [...faults, await stage.explain()] : stage.notes;
  await stage.close();
  return { failed, said: said.join('\n') };
}

const lines = createInterface({ input: process.stdin }).on('close', () => process.exit());
for await (const file of lines) console.log(JSON.stringify(await play(file)));
