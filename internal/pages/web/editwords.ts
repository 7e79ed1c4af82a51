// Words of editing what is stored.
import type { Words } from './words';

export const editWords = {
  'edit.save': 'Save',
  'edit.saved': 'Saved.',
  'edit.same': 'Nothing has changed.',
  'edit.long': 'All of it together is too long to be sent. Shorten it and try again: what you typed is still here.',
  'edit.drop': 'Discard what I typed',
  'edit.other.title': 'Somebody else changed it meanwhile',
  'edit.other.what': 'What',
  'edit.other.theirs': 'Theirs',
  'edit.other.mine': 'Yours',
  'edit.other.same': 'What you typed is what they saved.',
  'edit.keep': 'Save mine',
  'edit.take': 'Take theirs',
} satisfies Words;
