// The one policy of Trusted Types. It lets the page's own two workers be loaded and nothing else; there
// is no way to make markup or script of text.

interface Policy { createScriptURL(url: string): string }
interface Factory { createPolicy(name: string, rules: Policy): Policy }

/** Browsers look for a newer one at the address that they know, so it has no hash. */
const serviceWorker = '/sw.js';

const rules: Policy = {
  createScriptURL(url) {
    if (url !== WORKER_URL && url !== serviceWorker) throw new TypeError(`no script of ours: ${url}`);
    return url;
  },
};

const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
const policy = factory ? factory.createPolicy('app', rules) : rules;

/** The address of the poller's worker, as the browser wants it. */
export const workerURL = (): string => policy.createScriptURL(WORKER_URL);

/** The address of the service worker, as the browser wants it. */
export const serviceWorkerURL = (): string => policy.createScriptURL(serviceWorker);
