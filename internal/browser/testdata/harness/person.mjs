// Somebody with a browser of their own, and what they do in the pages by what they see.
import { passwords } from './sandbox.mjs';

export class Person {
  constructor(stage, name, context, page, watch) {
    Object.assign(this, { stage, name, context, page, watch });
    this.email = `${name}@example.com`;
    this.password = name === 'owner' ? passwords.owner : passwords.agent;
  }

  button(name, more = {}) { return this.page.getByRole('button', { name, exact: true, ...more }); }
  heading(name) { return this.page.getByRole('heading', { name }); }
  link(name) { return this.page.getByRole('link', { name }); }
  text(text) { return this.page.getByText(text); }
  get main() { return this.page.getByRole('main'); }
  /** Whatever rings. */
  get ringing() { return this.page.getByRole('alertdialog'); }
  get goOnlineSwitch() { return this.page.getByRole('switch', { name: 'Go online' }); }
  get goOfflineSwitch() { return this.page.getByRole('switch', { name: 'Go offline' }); }

  /** Opens an address of the pages. */
  async open(path) { await this.page.goto(this.stage.sandbox.url + path); }

  async signIn() {
    await this.open('/sign-in');
    await this.page.getByLabel('E-mail').fill(this.email);
    await this.page.getByLabel('Password', { exact: true }).fill(this.password);
    await this.button('Sign in').click();
    await this.page.getByRole('navigation').waitFor();
  }

  async goOnline() {
    await this.goOnlineSwitch.click();
    await this.goOfflineSwitch.waitFor();
  }

  /** Signs in and goes online. */
  async begin() {
    await this.signIn();
    await this.open('/me');
    await this.goOnline();
  }

  async accept() {
    await this.button('Accept').click();
    await this.button('Finish').first().waitFor();
  }

  async finish(outcome = 'Solved') {
    await this.button('Finish').click();
    await this.page.getByRole('radio', { name: outcome }).check();
    await this.button('Done').click();
    await this.text('No work open.').waitFor();
  }

  async shot(name) { await this.stage.shot(this.page, name); }
}
