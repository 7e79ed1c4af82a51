// Words of the team and of departments.
import type { Words } from './words';

export const teamWords = {
} satisfies Words;
