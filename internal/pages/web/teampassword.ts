// Passwords that the page makes. Whoever is told one types it on a phone: syllables of few letters,
// none of which looks like another, and two digits.

const consonants = 'bdfkmnrstv', vowels = 'aeiou';

/** A number below n by chance, each as likely. */
function below(n: number): number {
  const most = 256 - 256 % n;
  for (;;) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte! < most) return byte! % n;
  }
}

const syllable = (): string => consonants[below(consonants.length)]! + vowels[below(vowels.length)]!;

/** Two syllables, which differ: what repeats counts for little. */
function word(): string {
  const first = syllable();
  for (;;) {
    const second = syllable();
    if (second !== first) return first + second;
  }
}

/** Makes a password of five words, 62 bits of chance: "tovi-kemu-dabo-ruse-fami-42". */
export const makePassword = (): string => [...Array.from({ length: 5 }, word), String(10 + below(90))].join('-');
