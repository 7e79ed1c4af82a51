// A member who has no mouse.
import { ok } from './check.mjs';

const focused = (locator) => locator.evaluate((e) => e === document.activeElement || (document.activeElement !== document.body && e.contains(document.activeElement) && e.tagName === 'LABEL')).catch(() => false);

/** Goes to something by the Tab key alone. */
export async function tabTo(page, locator, key = 'Tab') {
  await locator.first().waitFor();
  for (let n = 0; n < 80; n++) {
    if (await focused(locator.first())) return;
    await page.keyboard.press(key);
  }
  ok(false, `${locator} is not reached by ${key}`);
}

/** Goes there and presses a key. */
export async function press(page, locator, key = 'Enter') {
  await tabTo(page, locator);
  await page.keyboard.press(key);
}
