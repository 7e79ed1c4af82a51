// A hidden tab rings after six minutes.
import { hidden } from '../harness/hidden.mjs';

export default (stage) => hidden(stage, 6 * 60_000);
