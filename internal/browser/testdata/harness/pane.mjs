// The Customer pane of the sandbox, by what it shows.
export class Pane {
  constructor(person) { this.person = person; }

  get sheet() { return this.person.page.getByRole('complementary', { name: 'Customer', exact: true }); }

  async open() {
    await this.person.button('Customer').click();
    await this.sheet.waitFor();
  }

  async close() {
    await this.sheet.getByRole('button', { name: 'Close' }).click();
    await this.sheet.waitFor({ state: 'hidden' });
  }

  /** A customer of the samples asks for a person. */
  async ask(label) { await this.sheet.getByRole('button', { name: label }).click(); }

  /** The card of a customer. */
  card(name) { return this.sheet.getByRole('listitem').filter({ has: this.person.page.getByRole('heading', { name }) }); }
}
