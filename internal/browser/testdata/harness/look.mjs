// Looks at one screen from all sides: widths, light and dark, axe-core, the keyboard, large text.
import { accessible, focusIsSeen } from './axe.mjs';
import { fits, largeText } from './layout.mjs';
import { picturing } from './stage.mjs';

/** Looks at what the page of now shows, and leaves pictures of it where somebody wants them. What
 * is wrong is told at the end of the story, so that one run tells of all screens. */
export async function look(person, what) {
  const { page, stage } = person;
  const own = page.viewportSize();
  const found = await fits(page, what);
  if (picturing) await pictures(person, what);
  await page.setViewportSize(own);
  found.push(...await accessible(page, what), ...await focusIsSeen(page, what));
  found.push(...await largeText(page, () => fits(page, `${what} with large text`, [390, 1440])));
  stage.found.push(...found);
}

/** A phone and a desk, light and dark. */
async function pictures({ page, stage }, what) {
  for (const [width, height] of [[390, 844], [1440, 900]]) {
    await page.setViewportSize({ width, height });
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await stage.shot(page, `${what}-${width}-${colorScheme}`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
  }
}
