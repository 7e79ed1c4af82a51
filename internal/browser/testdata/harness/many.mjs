// Many agents and many customers at once, and somebody who looks at Live all the while.

/** Brings so many members online, in all departments. */
export async function agents(sandbox, n) {
  const all = [];
  for (let i = 0; i < n; i++) {
    const m = await sandbox.member(`Agent${i + 1}`, 'Many');
    await sandbox.online(m);
    all.push(m);
  }
  return all;
}

/** Signs them in anew, as their own apps would: a bearer is good for an hour. */
export async function signInAnew(sandbox, all) {
  for (const m of all) m.token = (await sandbox.call('POST', '/v1/login', { email: m.email, password: m.password })).accessToken;
}

/** Notes in the page when each escalation is first painted in which part of Live, and when it is
 * gone: the page's own moments, on the clock of this machine. */
export function notePaints() {
  const painted = (globalThis.painted = {});
  const parts = () => {
    const now = new Map();
    for (const a of document.querySelectorAll('section a[href^="/escalations/"]')) {
      const id = a.getAttribute('href').slice('/escalations/'.length);
      const part = a.closest('section').getAttribute('aria-labelledby');
      if (part === 'rings' || part === 'active') now.set(id, part);
    }
    return now;
  };
  let last = new Map();
  new MutationObserver(() => requestAnimationFrame(() => {
    const now = parts(), at = Date.now();
    for (const [id, part] of now) if (last.get(id) !== part) (painted[`${id} ${part}`] ??= at);
    for (const id of last.keys()) if (!now.has(id)) (painted[`${id} gone`] ??= at);
    last = now;
  })).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['href'] });
}

/** Two customers a second for so many seconds; each is accepted after four seconds and helped after
 * four more. Gives when each change was made. */
export async function rush(sandbox, all, seconds) {
  const made = {}, ended = [];
  const byID = new Map(all.map((m) => [m.id, m]));
  const pause = (ms) => new Promise((next) => setTimeout(next, ms));
  const one = async () => {
    const { escalationId: id, agent } = await sandbox.escalate();
    made[`${id} rings`] = Date.now();
    await pause(4000);
    const { token } = byID.get(agent.id);
    await sandbox.call('POST', `/v1/escalations/${id}/accept`, {}, token);
    made[`${id} active`] = Date.now();
    await pause(4000);
    await sandbox.call('POST', `/v1/escalations/${id}/complete`, { outcome: 'resolved' }, token);
    made[`${id} gone`] = Date.now();
  };
  for (let n = 0; n < seconds * 2; n++) {
    ended.push(one());
    await pause(500);
  }
  await Promise.all(ended);
  return made;
}
