// The phone of somebody's browser: its service worker, what pushes reach it, and what it shows.
import { eventually } from './check.mjs';

export class Phone {
  constructor(person) { this.person = person; }

  /** The phone of somebody who is on my work, allowed to show notifications. */
  static async of(person) {
    const p = new Phone(person);
    await person.context.grantPermissions(['notifications'], { origin: person.stage.sandbox.url });
    p.cdp = await person.context.newCDPSession(person.page);
    p.cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      for (const r of registrations) if (!r.isDeleted && r.scopeURL === person.stage.sandbox.url + '/') p.registrationId = r.registrationId;
    });
    await p.cdp.send('ServiceWorker.enable');
    return p;
  }

  /** Makes it ring by the button. */
  async ring() {
    await this.person.button('Make this phone ring').click();
    await this.person.text('The test push has arrived.').waitFor();
  }

  /** What the API knows it by. */
  id() { return this.person.page.evaluate(() => JSON.parse(localStorage.getItem('phone')).id); }

  /** Brings a push, as the browser does with what its push service sent. */
  async push(body) {
    await eventually(() => this.registrationId, 'a registered worker');
    await this.cdp.send('ServiceWorker.deliverPushMessage', {
      origin: this.person.stage.sandbox.url, registrationId: this.registrationId, data: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  /** Ends the worker, as browsers do half a minute after its last event. */
  stopWorker() { return this.cdp.send('ServiceWorker.stopAllWorkers'); }

  /** Leaves no page of ours open. */
  close() { return this.person.page.goto('about:blank'); }

  /** The notifications that are shown, asked for from a page of the origin that runs none of our scripts, and while the worker shows none. */
  async shown() {
    const { page, stage } = this.person;
    if (!page.url().startsWith(stage.sandbox.url)) await page.goto(stage.sandbox.url + '/manifest.webmanifest');
    return page.evaluate(() => navigator.locks.request('connectnow-shown', async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(
      ({ title, body, tag, requireInteraction, silent, data }) => ({ title, body, tag, rings: requireInteraction && !silent, navigate: data?.navigate }))));
  }

  /** The notification of a tag, once it is there and as wanted. */
  notification(tag, fits = () => true) {
    return eventually(async () => (await this.shown()).find((n) => n.tag === tag && fits(n)), `a notification ${tag} as wanted`);
  }
}
