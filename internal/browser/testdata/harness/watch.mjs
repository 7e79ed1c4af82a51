// What no page may say or meet. Everything else is a fault of the story, whatever it looks for.

/** Watches all pages of a context; what they should not have done is added to faults. */
export class Watch {
  #expected = [];
  faults = [];

  constructor(context, url, who) {
    this.expect(/\/seen$/, 409); // how a page asks what became of an offer that rings no more
    const fault = (text) => this.faults.push(`${who}: ${text}`);
    context.on('console', (m) => {
      // What was not answered well is judged below, where it can be told what it was.
      if (m.text().startsWith('Failed to load resource')) return;
      if (m.type() === 'error' || m.type() === 'warning') fault(`console: ${m.text()} (${m.location().url})`);
    });
    context.on('weberror', (e) => fault(`thrown: ${e.error().stack ?? e.error()}`));
    context.on('dialog', (d) => { fault(`a dialog: ${d.message()}`); void d.dismiss(); });
    context.on('crash', () => fault('a page crashed'));
    context.on('response', (r) => {
      if (r.status() >= 400 && !this.#expects(r.url(), r.status())) fault(`${r.request().method()} ${r.url()}: ${r.status()}`);
    });
    context.on('requestfailed', (r) => {
      const why = r.failure()?.errorText ?? '';
      if (why === 'net::ERR_ABORTED' && r.resourceType() !== 'document') return; // the page went on
      if (!this.#expects(r.url(), why)) fault(`${r.method()} ${r.url()}: ${why}`);
    });
    context.on('request', (r) => {
      const to = r.url();
      if (!to.startsWith(url + '/') && !to.startsWith('data:') && to !== 'about:blank') fault(`asked for ${to}`);
    });
  }

  /** Lets a story expect an answer with a status, or a failure by its text, from now on. */
  expect(url, what) { this.#expected.push({ url, what }); }

  #expects(url, what) {
    return this.#expected.some((e) => e.url.test(url) && (e.what === what || (e.what instanceof RegExp && e.what.test(String(what)))));
  }
}

/** Runs in every page before its scripts: what the policies refuse is said on the console. */
export const tellViolations = () => {
  addEventListener('securitypolicyviolation', (e) => console.error(`refused by ${e.effectiveDirective}: ${e.blockedURI} ${e.sample}`));
};
