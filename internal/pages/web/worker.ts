// The poller in a thread of its own.
import { makePoller } from './poller';
import { type Order, type Report } from './work';

const scope = globalThis as unknown as { postMessage(m: Report): void; onmessage: ((e: { data: Order }) => void) | null };
const order = makePoller((r) => scope.postMessage(r));
scope.onmessage = ({ data }) => order(data);
