// What a story plays on: a sandbox, a browser, and people with contexts of their own in it.
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Person } from './person.mjs';
import { Sandbox } from './sandbox.mjs';
import { Watch, tellViolations } from './watch.mjs';

const require = createRequire(process.env.STORY_MODULES + '/');
export const { chromium } = require('playwright-core');

/** How long anything that somebody waits for may take. Stories wait for what they see, so this only
 * says when they give up; the machine may be busy. */
const patience = 20_000;

/** Whether somebody wants to look at what stories saw. Pictures cost as much as all that is checked. */
export const picturing = Boolean(process.env.STORY_PICTURES);

/** Whether the memory that processes share has room for Chromium's. Containers often have 64 MB of it,
 * and what is a file instead costs a twentieth more. */
function roomy() {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize >= 2 ** 30;
  } catch {
    return false;
  }
}

/** What is turned off in Chromium: two pages of its address bar, which nobody sees and which cost more than
 * ours in each window; and what playwright-core turns off (chromiumSwitches.ts), since the last of such
 * switches counts alone. */
const off = [
  'WebUIOmniboxPopup', 'WebUIOmniboxAimPopup',
  'AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'LensOverlay', 'MediaRouter', 'PaintHolding',
  'ThirdPartyStoragePartitioning', 'AvoidCorsURLLoaderRestartOnRedirect', 'OptimizationHints', 'NetworkTimeServiceQuerying', 'AimEnabled', 'PreconnectToSearch',
];

/** What Chromium is started with. Root may not use its sandbox; the pages are our own. */
export const launchOptions = {
  executablePath: process.env.STORY_CHROMIUM,
  args: [`--disable-features=${off}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  ignoreDefaultArgs: roomy() ? ['--disable-dev-shm-usage'] : [],
};

let opened; // the browser of this process, whose stories share it

/** The browser, which is started when the first person comes. */
function browser() {
  opened ??= chromium.launch(launchOptions).then((b) => b.once('disconnected', () => { opened = undefined; }));
  return opened;
}

export class Stage {
  people = [];
  notes = [];
  found = []; // what is wrong, and no reason to stop
  #closing = [];

  constructor(name) { this.name = name; }

  /** Begins a story. */
  static async open(name, env) {
    const s = new Stage(name);
    s.sandbox = await Sandbox.start(env);
    return s;
  }

  /** Has f called at the end, last first. */
  atEnd(f) { this.#closing.unshift(f); }

  /** Somebody with a context of their own: asha, bilal, chitra, owner. What moves while it rings costs
   * half a processor without a graphics card, so they want none of it. */
  async person(name, options = {}) {
    const context = await (await browser()).newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'light', reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'Asia/Kolkata', ...options });
    context.setDefaultTimeout(patience);
    await context.addInitScript(tellViolations);
    const watch = new Watch(context, this.sandbox.url, name);
    const p = new Person(this, name, context, await context.newPage(), watch);
    this.people.push(p);
    return p;
  }

  /** Says something of the run when all went well, too. */
  note(text) { this.notes.push(text); }

  /** Leaves a picture of a page in the ignored folder, where somebody wants them. */
  async shot(page, name) {
    if (picturing) await this.#picture(page, name);
  }

  async #picture(page, name) {
    const folder = join(process.env.STORY_SCREENS, this.name);
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }

  /** What all pages did that no page may do. */
  faults() { return [...this.found, ...this.people.flatMap((p) => p.watch.faults)]; }

  /** Says what every page shows, for a story that failed. */
  async explain() {
    const said = [];
    for (const p of this.people) {
      for (const [i, page] of p.context.pages().entries()) {
        const tree = await page.locator('body').ariaSnapshot({ timeout: 2000 }).catch((e) => `no page: ${e.message}`);
        said.push(`--- ${p.name}, page ${i}, ${page.url()}\n${tree.slice(0, 4000)}`);
        await this.#picture(page, `failed-${p.name}-${i}`).catch(() => undefined);
      }
    }
    const log = join(process.env.STORY_SCREENS, this.name, 'sandbox.log');
    mkdirSync(join(process.env.STORY_SCREENS, this.name), { recursive: true });
    writeFileSync(log, this.sandbox.log);
    return [...said, `pictures and the sandbox's log: ${log}`].join('\n');
  }

  async close() {
    for (const f of this.#closing) await f();
    for (const p of this.people) await p.context.close();
    this.sandbox.stop();
  }
}
