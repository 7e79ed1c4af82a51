// A hidden tab rings, though its own timers hardly wake any more. Chromium gives a page a minute
// until then. Its feature IntensiveWakeUpThrottling has a switch for that, which changes nothing for
// pages that were loaded from a server, so the story waits as long as it takes.
import { hidden } from '../harness/hidden.mjs';

export default (stage) => hidden(stage);
