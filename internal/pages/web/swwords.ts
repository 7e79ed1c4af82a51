// Words of what is shown while no page is open, beside those that come with a push.
import type { Words } from './words';

export const swWords = {
  'push.plain': 'Open the app to see what is new.',
  'push.over': 'It rings no more.',
} satisfies Words;
