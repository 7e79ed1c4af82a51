// Words of the log, the audit and test escalations.
import type { Words } from './words';

export const logWords = {
} satisfies Words;
