// A browser by its raw protocol, over a pipe. Under playwright a page believes that it has the focus
// and is seen, whatever is in front of it; here a tab can be hidden as people hide one.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './check.mjs';
import { launchOptions } from './stage.mjs';

export class RawBrowser {
  #process;
  #dir = mkdtempSync(join(tmpdir(), 'story-browser-'));
  #asked = new Map();
  #heard = '';
  #id = 0;
  #tabs = new Map();

  constructor() {
    const all = [...launchOptions.args, '--headless', '--remote-debugging-pipe', `--user-data-dir=${this.#dir}`, '--no-first-run', '--mute-audio', '--disable-background-networking', '--disable-component-update'];
    this.#process = spawn(launchOptions.executablePath, all, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.#process.stdio[4].on('data', (text) => this.#hear(text));
    process.once('exit', () => this.close());
  }

  close() {
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
    try {
      rmSync(this.#dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    } catch { /* its children write for a moment more; it lies in the folder for such */ }
  }

  #hear(text) {
    this.#heard += text;
    for (let end = this.#heard.indexOf('\0'); end >= 0; end = this.#heard.indexOf('\0')) {
      const m = JSON.parse(this.#heard.slice(0, end));
      this.#heard = this.#heard.slice(end + 1);
      if (m.id) this.#asked.get(m.id)?.(m);
      else this.#tabs.get(m.sessionId)?.hear(m.method, m.params);
    }
  }

  async send(method, params = {}, sessionId = undefined) {
    const id = ++this.#id;
    const m = await new Promise((answer) => {
      this.#asked.set(id, answer);
      this.#process.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0');
    });
    this.#asked.delete(id);
    if (m.error) throw new Error(`${method}: ${m.error.message}`);
    return m.result;
  }

  /** Opens an address in a tab in front of all others. before runs in it before its scripts. */
  async tab(url, before = '') {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const tab = new RawTab(this, targetId, sessionId);
    this.#tabs.set(sessionId, tab);
    for (const domain of ['Page', 'Runtime', 'Log']) await tab.send(`${domain}.enable`);
    if (before) await tab.send('Page.addScriptToEvaluateOnNewDocument', { source: before });
    await tab.send('Page.navigate', { url });
    await this.send('Target.activateTarget', { targetId });
    return tab;
  }
}

class RawTab {
  faults = [];

  constructor(browser, targetId, sessionId) { Object.assign(this, { browser, targetId, sessionId }); }

  send(method, params) { return this.browser.send(method, params, this.sessionId); }

  /** Notes what no page may say. */
  hear(method, params) {
    if (method === 'Runtime.exceptionThrown') this.faults.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === 'Runtime.consoleAPICalled' && params.type === 'error') this.faults.push(params.args.map((a) => a.value ?? a.description).join(' '));
    if (method === 'Log.entryAdded' && params.entry.level === 'error' && params.entry.source !== 'network') this.faults.push(params.entry.text);
  }

  /** What an expression is in the page. */
  async value(expression) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`);
    return result.value;
  }

  /** Waits until an expression is true in the page. */
  until(expression, milliseconds) { return eventually(() => this.value(expression), expression, milliseconds); }

  /** Gives the focus to what a selector finds, and types there. */
  async type(selector, text) {
    await this.until(`Boolean(document.querySelector(${JSON.stringify(selector)}))`);
    await this.value(`document.querySelector(${JSON.stringify(selector)}).focus()`);
    await this.send('Input.insertText', { text });
  }

  /** Clicks with the mouse on what a selector finds. */
  async click(selector) {
    await this.until(`Boolean(document.querySelector(${JSON.stringify(selector)}))`);
    const at = await this.value(`(() => { const e = document.querySelector(${JSON.stringify(selector)}); e.scrollIntoView({ block: 'center' }); const r = e.getBoundingClientRect(); return { x: r.x + r.width / 2, y: r.y + r.height / 2 }; })()`);
    for (const type of ['mousePressed', 'mouseReleased']) await this.send('Input.dispatchMouseEvent', { type, ...at, button: 'left', clickCount: 1 });
  }

  /** Puts this tab in front again. */
  front() { return this.browser.send('Target.activateTarget', { targetId: this.targetId }); }
}
