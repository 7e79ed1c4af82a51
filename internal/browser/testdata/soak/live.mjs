// Twenty agents, two customers a second for three minutes, and Live follows.
import { livePaints } from '../harness/livepaint.mjs';

export default (stage) => livePaints(stage, 180);
