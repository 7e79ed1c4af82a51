// The sandbox process of one story, and what a story asks of it beside the pages.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const account = 'acc_demodemodemo';
export const passwords = { owner: 'Sandbox-Owner-1', agent: 'Sandbox-Agent-1', member: 'violet-harbour-tuesday-7' };

const passwordOf = (name) => (name === 'owner' ? passwords.owner : passwords.agent);

const running = new Set();
process.once('exit', () => { for (const s of running) s.stop(); });

export class Sandbox {
  #process;
  #dir;
  #count = 0;
  log = '';
  url = '';

  /** Starts one on new data and a port that is free. */
  static async start(more = {}) {
    const s = new Sandbox();
    s.#dir = mkdtempSync(join(tmpdir(), 'story-'));
    s.#process = spawn(process.env.STORY_SANDBOX, { env: { ...process.env, ...more, SANDBOX_DIR: s.#dir, PORT: '0' }, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(s);
    s.#process.stderr.on('data', (text) => { s.log = (s.log + text).slice(-20_000); });
    for await (const line of createInterface({ input: s.#process.stdout })) {
      s.url = /http:\/\/localhost:\d+/.exec(line)?.[0] ?? '';
      if (s.url) break;
    }
    if (!s.url) throw new Error(`the sandbox did not start:\n${s.log}`);
    s.#process.stdout.resume();
    return s;
  }

  stop() {
    this.#process?.kill('SIGKILL');
    this.#process = undefined;
    running.delete(this);
    rmSync(this.#dir, { recursive: true, force: true });
  }

  /** Calls the API and wants success. */
  async call(method, path, body, token) {
    const { status, answer } = await this.ask(method, path, body, token);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Calls the API and takes any answer. */
  async ask(method, path, body, token) {
    const headers = { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    const r = await fetch(this.url + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await r.text();
    return { status: r.status, answer: text ? JSON.parse(text) : undefined };
  }

  /** Signs somebody in without a browser: {id, token}. */
  async signIn(name) {
    const a = await this.call('POST', '/v1/login', { email: `${name}@example.com`, password: passwordOf(name) });
    return { id: a.member.id, token: a.accessToken };
  }

  /** Calls as the owner. */
  async asOwner(method, path, body) {
    this.owner ??= await this.signIn('owner');
    return this.call(method, path, body, this.owner.token);
  }

  /** Invokes the function that the assistant invokes. */
  invoke(event) {
    return this.call('POST', '/2015-03-31/functions/escalate/invocations', { accountId: account, ...event });
  }

  /** A customer asks for a person. */
  escalate(event = {}) {
    const n = ++this.#count;
    return this.invoke({
      action: 'escalate', requestId: `req-${n}`, interactionId: `conv-${n}`, channel: 'chat', reason: 'customer_request',
      customer: { name: 'Meera', phone: `+9198000000${String(n).padStart(2, '0')}` },
      connect: { url: `https://chat.example.com/${n}` },
      ...event,
      conversation: {
        summary: 'Wants to return a dress', trigger: 'Can I talk to a person?',
        messages: [
          { at: '2026-11-28T10:00:00Z', from: 'customer', text: 'Where is my order?' },
          { at: '2026-11-28T10:00:05Z', from: 'assistant', text: 'I am not sure.' },
          { at: '2026-11-28T10:00:20Z', from: 'customer', text: 'Can I talk to a person?' },
        ],
        ...event.conversation,
      },
    });
  }

  status(escalationId) { return this.invoke({ action: 'status', escalationId }); }

  /** The customer leaves. */
  end(escalationId) { return this.invoke({ action: 'end', escalationId }); }

  /** How the escalation is stored. */
  escalation(id) { return this.asOwner('GET', `/v1/escalations/${id}`); }

  /** One more member, who is signed in: {id, token, email}. */
  async member(firstName, lastName, more = {}) {
    const { departments } = await this.call('GET', '/sandbox');
    const email = more.email ?? `member-${++this.#count}@example.com`;
    const made = await this.asOwner('POST', '/v1/members', {
      firstName, lastName, email, password: passwords.member, confirmPassword: passwords.member, role: 'staff',
      departmentIds: departments.map((d) => d.id), ...more,
    });
    const signed = await this.call('POST', '/v1/login', { email, password: passwords.member });
    return { id: made.id, token: signed.accessToken, email, password: passwords.member };
  }

  /** Brings somebody online with a phone of theirs. */
  async online({ token }, device = `phone-${++this.#count}`) {
    await this.call('PUT', `/v1/me/devices/${device}`, { platform: 'fcm', token: `token:of-${device}` }, token);
    await this.call('PUT', '/v1/me/presence', { status: 'online' }, token);
  }
}
