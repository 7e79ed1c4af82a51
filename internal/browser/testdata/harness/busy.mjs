// How busy the machine is. Tests share it with others, and a limit in seconds must not tell how many.
import { availableParallelism, loadavg } from 'node:os';

/** How many times longer things take for all that runs beside: 1 on a machine that is idle, else the
 * processes of the last minute that wanted a processor, for each that there is. */
export const stretch = () => Math.max(1, loadavg()[0] / availableParallelism());
