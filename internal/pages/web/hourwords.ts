// Words of working hours and holidays.
import type { Words } from './words';

export const hourWords = {
} satisfies Words;
