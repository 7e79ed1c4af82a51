// Text that somebody could send who means harm, and that harms nothing here: markup, characters
// that turn the direction or cannot be seen, and far too much of it.

export const markup = '<b>bold</b><script>globalThis.harmed=1</script><img src=x onerror="globalThis.harmed=1"><a href="javascript:globalThis.harmed=1">here</a>';
export const bidi = 'pay \u202E09 rof\u202C \u2066left\u2069 \u200Emark';
export const control = 'bell\u0007 escape\u001B[31m null-like\u0001 c1\u0085';
export const link = 'javascript:globalThis.harmed=1';
export const long = Array.from({ length: 2000 }, (_, n) => `line ${n + 1}`).join('\n');

/** An enquiry full of it. */
export const enquiry = {
  channel: 'chat', reason: 'customer_request',
  customer: { name: `Eve ${markup}`, phone: '+919800000099', email: 'eve@example.com', locale: 'en-IN' },
  connect: { url: link },
  conversation: {
    summary: `${markup} ${bidi} ${control} ${link}`, intent: markup, trigger: markup,
    messages: [
      { at: '2026-11-28T10:00:00Z', from: 'customer', text: markup },
      { at: '2026-11-28T10:00:01Z', from: 'customer', text: `${bidi} ${control}` },
      { at: '2026-11-28T10:00:02Z', from: 'assistant', text: `${link} data:text/html,<script>harmed=1</script> https://example.com/` },
      { at: '2026-11-28T10:00:03Z', from: 'customer', text: long },
    ],
    attributes: { orderId: markup, [`<i>key</i> ${bidi}`]: bidi },
  },
};

/** What of it the page of now lets do more than be read, in words. It runs inside the page. */
export function harm() {
  const found = [];
  if ('harmed' in globalThis) found.push('a script ran');
  const ours = (e) => e.tagName === 'SCRIPT' && (e.src.startsWith(location.origin + '/assets/') || e.src.startsWith(location.origin + '/sandbox/'));
  for (const e of document.querySelectorAll('script, iframe, object, embed, base, meta[http-equiv], style, img, form[action], bdi *')) {
    if (ours(e)) continue;
    found.push(`an element: ${e.outerHTML.slice(0, 80)}`);
  }
  for (const e of document.querySelectorAll('[href], [src], [action], [formaction], [srcdoc]')) {
    for (const name of ['href', 'src', 'action', 'formaction', 'srcdoc']) {
      const to = e.getAttribute(name);
      if (to === null || to === 'data:,' || /^\/(?!\/)/.test(to) || /^#/.test(to) || /^tel:\+[1-9]\d{1,14}$/.test(to)) continue;
      if (/^https:\/\//.test(to) && e.matches('a[target=_blank][rel~=noopener][rel~=noreferrer]')) continue;
      found.push(`${name} of ${e.tagName}: ${to.slice(0, 80)}`);
    }
  }
  for (const e of document.querySelectorAll('*')) {
    for (const a of e.attributes) if (/^on/.test(a.name)) found.push(`${a.name} of ${e.tagName}`);
  }
  const text = document.body.textContent + document.title;
  for (const c of text.matchAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g)) {
    found.push(`U+${c[0].charCodeAt(0).toString(16)} in "${text.slice(c.index - 10, c.index + 10)}"`);
  }
  return [...new Set(found)];
}
