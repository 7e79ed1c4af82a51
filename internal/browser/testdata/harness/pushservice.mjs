// A browser's push service on this machine, whose subscription's private key the story holds.
import { createDecipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { eventually } from './check.mjs';

export class PushService {
  #keys = createECDH('prime256v1');
  #auth = randomBytes(16);
  messages = []; // {headers, body}, decrypted
  status = 201;

  static async start(stage) {
    const s = new PushService();
    s.#keys.generateKeys();
    s.server = createServer((request, response) => {
      const parts = [];
      request.on('data', (part) => parts.push(part)).on('end', () => {
        s.messages.push({ headers: request.headers, body: JSON.parse(s.#decrypt(Buffer.concat(parts))) });
        response.writeHead(s.status).end();
      });
    });
    await new Promise((done) => s.server.listen(0, '127.0.0.1', done));
    stage.atEnd(() => s.server.close());
    return s;
  }

  /** What PushSubscription.toJSON gives. */
  get subscription() {
    return {
      endpoint: `http://127.0.0.1:${this.server.address().port}/push/somebody`,
      keys: { p256dh: this.#keys.getPublicKey('base64url'), auth: this.#auth.toString('base64url') },
    };
  }

  /** The first message that fits, once it is there. */
  message(fits) {
    return eventually(() => this.messages.find(({ body }) => fits(body)), 'a message to the push service');
  }

  /** Reads a message of one record (RFC 8188), by the keys of RFC 8291. */
  #decrypt(message) {
    const salt = message.subarray(0, 16), length = message[20], sender = message.subarray(21, 21 + length), rest = message.subarray(21 + length);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.#keys.getPublicKey(), sender]);
    const secret = Buffer.from(hkdfSync('sha256', this.#keys.computeSecret(sender), this.#auth, info, 32));
    const derive = (what, size) => Buffer.from(hkdfSync('sha256', secret, salt, `Content-Encoding: ${what}\0`, size));
    const d = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
    d.setAuthTag(rest.subarray(-16));
    const text = Buffer.concat([d.update(rest.subarray(0, -16)), d.final()]);
    return text.subarray(0, text.lastIndexOf(2)).toString(); // the record's end is a 2 and zeros
  }
}
