// Words of settings.
import type { Words } from './words';

export const settingWords = {
} satisfies Words;
