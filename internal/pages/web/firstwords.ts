// Words of the first run.
import type { Words } from './words';

export const firstWords = {
  'first.title': 'First steps',
  'first.count': '{n} of {all}',
  'first.fold': 'Fold away',
  'first.unfold': 'Show',
  'first.done': 'Done:',
  'first.open': 'To do:',
  'first.optional': 'optional',
  'first.ready': 'You are ready.',
  'first.ready.why': 'When a customer asks for a person, it rings.',
  'first.close': 'Close this list',
  'first.others': 'You work with others?',
  'first.others.do': 'Add the first team member',

  'first.place': 'Name and time zone',
  'first.place.why': 'The clock is on UTC. Choose where you are; if it really is UTC, choose the country.',
  'first.you': 'You can take customers yourself',
  'first.you.why': 'A page that is open rings like a phone. Go online in My work.',
  'first.you.here': 'This page rings like a phone while it is open. Press “Go online”.',
  'first.test': 'Take a test escalation',
  'first.test.why': 'Once you are online: have one sent, and accept it where it rings.',
  'first.departments': 'Departments',
  'first.departments.why': 'Customers are sent to one of them, such as Sales. Without any everyone is asked.',
  'first.member': 'The first team member',
  'first.member.why': 'They sign in by their own e-mail.',
  'first.hours': 'Their working hours',
  'first.hours.why': 'Until they are set it rings at {name}’s day and night, while {name} is online.',
  'first.phone': 'They have signed in, and it can ring there',
  'first.phone.why': '{name} signs in here on their phone and goes online. An open page counts as a phone.',
} satisfies Words;
