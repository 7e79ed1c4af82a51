// All words that people read, in one table. Plurals go by Intl.PluralRules.

/** A text, or one for each number. */
type Entry = string | { one: string; other: string };

const en = {
  'app': 'ConnectNow',
  'back': 'Back',
  'cancel': 'Cancel',
  'again': 'Try again',
  'show': 'Show',
  'hide': 'Hide',

  'signin.title': 'Sign in',
  'signin.email': 'E-mail',
  'signin.password': 'Password',
  'signin.do': 'Sign in',
  'signin.forgot': 'Forgotten the password?',
  'signin.otp': 'Code of your authenticator app',
  'signin.otp.why': 'Six digits, or one of your recovery codes.',
  'signin.over': 'Your session has ended. Sign in again.',
  'signin.wait': { one: 'Too many tries. Try again in {n} minute.', other: 'Too many tries. Try again in {n} minutes.' },

  'forgot.title': 'Forgotten password',
  'forgot.why': 'We send a code to your e-mail, if it is one that members sign in by.',
  'forgot.do': 'Send the code',
  'forgot.sent': 'If somebody signs in by {email}, a code is on its way. It is good for 15 minutes.',
  'forgot.code': 'Code from the mail',
  'forgot.set': 'Set the password',
  'forgot.done': 'The password is set. Sign in with it.',
  'forgot.resend': 'Send another code',

  'password.title': 'Choose a password of your own',
  'password.why': 'Somebody else chose the one that you signed in with.',
  'password.current': 'Password of now',
  'password.new': 'New password',
  'password.confirm': 'New password once more',
  'password.rule': 'At least 12 characters. Several words are easy to remember.',
  'password.do': 'Change it',

  'me.title': 'My work',
  'me.whose': 'This is {name}’s phone',
  'me.offline': 'Nothing rings here',
  'me.online': 'Calls and chats ring here',
  'me.until': 'Calls and chats ring here until {time}',
  'me.goOnline': 'Go online',
  'me.goOffline': 'Go offline',
  'me.soundOff': 'Sound is off: tap to hear when it rings',
  'me.soundOn': 'Sound is on',
  'me.noNetwork': 'No connection since {time}. We may not ring. Trying.',
  'me.signOut': 'Sign out',
  'me.nothing': 'No work open.',
  'me.open': { one: '{n} open', other: '{n} open' },
  'me.more': { one: '{n} more rings', other: '{n} more ring' },

  'because.receiving': 'Calls and chats ring here',
  'because.offline': 'You are offline.',
  'because.off_shift': 'Your hours start {time}.',
  'because.off_shift.none': 'You are outside your hours.',
  'because.missed_offers': 'You missed offers in a row, so we set you offline.',
  'because.unreachable': 'Your phone did not answer, so we set you offline.',
  'because.no_device': 'Nothing can ring: no device, and no page open.',
  'because.on_call': 'You are on a call.',
  'because.at_capacity': 'You have as much work as you take at a time.',

  'offer.call': 'New call',
  'offer.chat': 'New chat',
  'offer.accept': 'Accept',
  'offer.decline': 'Decline',
  'offer.next': 'If you decline, a colleague’s phone rings.',
  'offer.seconds': { one: '{n} second', other: '{n} seconds' },
  'offer.drill': 'Test',
  'reason.low_confidence': 'The assistant is not sure',
  'reason.customer_request': 'The customer asks for a person',
  'reason.condition': 'A condition of yours is met',
  'reason.direct': 'No assistant in front',

  'ended.taken': '{name} took it',
  'ended.elsewhere': 'Too late: it rings elsewhere',
  'ended.left': 'The customer left',

  'work.summary': 'Summary',
  'work.conversation': 'Conversation',
  'work.open': 'Open the chat at {host}',
  'work.finish': 'Finish',
  'work.customer': 'Customer',
  'from.customer': 'Customer',
  'from.assistant': 'Assistant',
  'from.agent': 'Agent',
  'wrap.title': 'How did it end?',
  'wrap.resolved': 'Solved',
  'wrap.hand_back': 'Back to the assistant',
  'wrap.no_customer': 'The customer was gone',
  'wrap.note': 'Note',
  'wrap.do': 'Done',

  'error.network': 'Not sent: no connection. Try again.',
  'error.unknown': 'That did not work. Tell us this number: {id}',
  'nowhere.title': 'There is no such page',
  'nowhere.do': 'To my work',
} satisfies Record<string, Entry>;

/** A key of the table. */
export type Word = keyof typeof en;

const plural = new Intl.PluralRules('en');

/** The text of a key, with its holes filled. */
export function say(key: Word, holes: Record<string, string | number> = {}): string {
  const entry: Entry = en[key];
  const text = typeof entry === 'string' ? entry : plural.select(Number(holes['n'])) === 'one' ? entry.one : entry.other;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(holes[name] ?? ''));
}

/** Whether there is a text. */
export const isWord = (key: string): key is Word => key in en;
