// Twenty agents, two customers a second, and Live follows.
import { livePaints } from '../harness/livepaint.mjs';

export default (stage) => livePaints(stage, 8);
