#!/usr/bin/env bash
# ServiceWorkerRegistration.getNotifications() reads, as its name has it. In Chromium it also forgets: a notification
# that a worker is showing while a page, or another event of the worker, asks for those that are shown is not listed
# then and never after, though showNotification() resolves without an error. Chromium compares what it has stored with
# what the system says is on display, and deletes what it misses; what is on its way to the display is missed
# (DoReadAllNotificationDataForServiceWorkerRegistration in content/browser/notifications/). So a page that tidies up
# by getNotifications() and close() can never close it again. One that is shown with the same tag is listed anew.
# Whoever shows while nobody asks, by a lock of navigator.locks that worker and pages hold, loses none.
#
# Seen with Debian's Chromium 156.0.8078.108 by npm playwright-core 1.65.1. Fails when that changes. Needs chromium,
# and Node.js with npm and its registry.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >main.mjs <<'EOF'
import http from 'node:http'
import { chromium } from 'playwright-core'

const worker = `
onmessage = ({ data: { tag, title, locked }, source }) => {
  const show = () => registration.showNotification(title, { tag, silent: true })
  const shown = locked ? navigator.locks.request('shown', show) : show()
  shown.then(() => source.postMessage({ tag }), (e) => source.postMessage({ tag, error: String(e) }))
}`
const server = http.createServer((q, r) => {
  r.setHeader('Content-Type', q.url === '/sw.js' ? 'text/javascript' : 'text/html')
  r.end(q.url === '/sw.js' ? worker : '<title>page</title>')
}).listen(0)
const url = `http://localhost:${server.address().port}`
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox'] })
const context = await browser.newContext()
await context.grantPermissions(['notifications'], { origin: url })
const page = await context.newPage()
await page.goto(url)

// Shows 150 notifications one after the other, and tells how many of them are not listed when all is quiet.
const lost = (how) => page.evaluate(async ({ name, asks, locked, again }) => {
  await navigator.serviceWorker.register('/sw.js')
  const registration = await navigator.serviceWorker.ready
  const said = (tag) => new Promise((resolve, reject) => {
    navigator.serviceWorker.addEventListener('message', function hear({ data }) {
      if (data.tag !== tag) return
      navigator.serviceWorker.removeEventListener('message', hear)
      data.error ? reject(new Error(data.error)) : resolve()
    })
  })
  const read = () => registration.getNotifications()
  const tags = []
  for (let n = 0; n < 150; n++) {
    const tag = `${name}-${n}`
    let over = false
    const shown = said(tag).then(() => { over = true })
    registration.active.postMessage({ tag, title: 'first', locked })
    const asking = Array.from({ length: asks }, async () => { while (!over) await (locked ? navigator.locks.request('shown', read) : read()) })
    await Promise.all([shown, ...asking])
    tags.push(tag)
  }
  if (again) {
    for (const tag of tags) {
      const shown = said(tag)
      registration.active.postMessage({ tag, title: 'second', locked })
      await shown
    }
  }
  const listed = new Set((await read()).map((n) => n.tag))
  return tags.filter((tag) => !listed.has(tag)).length
}, how)

const some = (n) => (n ? 'some are lost' : 'none is lost')
console.log('nobody asks meanwhile:', some(await lost({ name: 'quiet', asks: 0 })))
console.log('a page asks meanwhile:', some(await lost({ name: 'asked', asks: 3 })))
console.log('then shown again by their tags:', some(await lost({ name: 'again', asks: 3, again: true })))
console.log('by a lock for both:', some(await lost({ name: 'locked', asks: 3, locked: true })))
await browser.close()
server.close()
EOF
{ npm init -y && npm install --no-audit --no-fund playwright-core@1.65.1; } >log 2>&1 || { cat log >&2; exit 1; }
timeout 300 node main.mjs | tee seen
diff seen - <<'EOF' && echo 'as found'
nobody asks meanwhile: none is lost
a page asks meanwhile: some are lost
then shown again by their tags: none is lost
by a lock for both: none is lost
EOF
