// The words of the pane. They are apart from those of the pages, which must not carry them.

const en = {
  'title': 'Customer',
  'close': 'Close',
  'what': 'Play the assistant and its customers: one click hands a conversation to your team.',
  'people': 'Demo people',
  'people.why': 'One click signs in. A second person at the same time needs a private window.',
  'role.owner': 'owner',
  'role.admin': 'admin',
  'role.staff': 'agent',
  'samples': 'A customer asks for a person',
  'many': '5 customers at once',
  'closed': 'Closed today: all enquiries are outside hours',
  'closed.failed': 'The owner’s password is another now, so that the pane cannot close the shop.',
  'going': 'What became of them',
  'none': 'Nobody has asked yet.',
  'clear': 'Forget those that ended',
  'call': 'Call',
  'chat': 'Chat',
  'everyone': 'no department',
  'sending': 'Asking …',
  'ringing': 'Rings at {name}, {n} s left',
  'ringing.on': 'Rings',
  'accepted': '{name} has it',
  'callback': 'Callback due {time}: {because}.',
  'callback.next': 'Somebody is there again {time}.',
  'handed_back': 'Back to the assistant. {note}',
  'ended': 'It has ended',
  'says': 'The assistant says:',
  'writes': 'Customer writes more',
  'leaves': 'Customer leaves',
  'number': 'Customer gives a number',
  'withdraw': 'Customer needs no call',
  'withdrawn': 'The customer needs no call any more',
  'again': 'Try again',
  'failed': 'Not sent: {why}',
  'failed.network': 'no connection',
  'because.nobody_online': 'nobody is online',
  'because.off_shift': 'outside working hours',
  'because.all_busy': 'all are busy',
  'because.no_answer': 'nobody answered',
  'because.no_such_team': 'there is no such department',
  'because.timed_out': 'it was never finished',
  'because.trouble': 'something went wrong',
} as const;

/** A key of the table. */
export type Word = keyof typeof en;

/** The text of a key, with its holes filled. */
export const say = (key: Word, holes: Record<string, string | number> = {}): string =>
  en[key].replace(/\{(\w+)\}/g, (_, name: string) => apart(String(holes[name] ?? '')));

const apart = (text: string): string => /[\u0590-\u08ff\ufb1d-\ufefc]/.test(text) ? `\u2068${text}\u2069` : text;

/** The text of a key that the API gives, or the key itself. */
export const sayOf = (group: string, key: string): string => {
  const whole = `${group}.${key}`;
  return whole in en ? say(whole as Word) : key;
};
