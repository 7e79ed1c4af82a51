// What only those see who manage, and at once: Live and the first steps. managingdoor.tsx loads it.
export { Checklist } from './checklist';
export { Live } from './live';
