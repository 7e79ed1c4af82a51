// Reads what a push service was sent as a browser does, by http_ece, and whose it is by Node's
// crypto. In: a line of the browser's keys, then one a message. Out: one a message.
import { createECDH, createPublicKey, verify } from 'node:crypto';
import { createInterface } from 'node:readline';
import ece from 'http_ece';

const bytes = (text) => Buffer.from(text, 'base64url');
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const browser = JSON.parse((await lines.next()).value);
const privateKey = createECDH('prime256v1');
privateKey.setPrivateKey(bytes(browser.private));

/** Who signed the header, and what they say of themselves; null where the signature is not theirs. */
function signer(authorization) {
  const [, token, key] = /^vapid t=([^,]+), k=(.+)$/.exec(authorization);
  const [header, claims, signature] = token.split('.');
  const point = bytes(key);
  const jwk = { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') };
  const by = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' };
  if (!verify('sha256', Buffer.from(`${header}.${claims}`), by, bytes(signature))) return null;
  return { key, header: JSON.parse(bytes(header)), claims: JSON.parse(bytes(claims)) };
}

for await (const line of lines) {
  const { body, authorization } = JSON.parse(line);
  const plain = ece.decrypt(bytes(body), { version: 'aes128gcm', privateKey, authSecret: browser.auth });
  console.log(JSON.stringify({ plain: plain.toString('base64url'), signer: authorization && signer(authorization) }));
}
