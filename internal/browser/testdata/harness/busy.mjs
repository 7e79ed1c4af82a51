// How busy the machine is. Tests share it with others, and a limit in seconds must not tell how many.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

// Works for 150 ms of its own processor time, and says how long that took.
const work = `const from = performance.now(); let x = 0;
while (process.cpuUsage().user < 150_000) for (let i = 0; i < 1e5; i++) x += i;
console.log((performance.now() - from) / (process.cpuUsage().user / 1000));`;

/** How many times longer than its processor time some work takes now: 1 on an idle machine. */
export async function stretch() {
  const { stdout } = await run(process.execPath, ['-e', work]);
  return Math.max(1, Number(stdout));
}
