// Words of the first run.
import type { Words } from './words';

export const firstWords = {
} satisfies Words;
