// The ring. Browsers let no page sound before it was touched, so going online, or any other touch,
// unlocks it. What is so stands in the document, where tests read it without touching the page.
import { useEffect, useState } from 'preact/hooks';
import { keep, kept } from './kept';

/** Whether a ring would be heard; "none" is a browser that cannot. */
export type Sound = 'on' | 'off' | 'none';

const Context = globalThis.AudioContext as typeof AudioContext | undefined;
const changed = new EventTarget();

let context: AudioContext | undefined;
let ringing: ReturnType<typeof setInterval> | undefined;

export const sound = (): Sound => Context ? context?.state === 'running' ? 'on' : 'off' : 'none';

function tell(): void {
  document.documentElement.dataset['sound'] = sound();
  changed.dispatchEvent(new Event('change'));
}

/** Sound as it is, drawn anew when it changes. */
export function useSound(): Sound {
  const [now, set] = useState(sound);
  useEffect(() => {
    const look = () => set(sound());
    changed.addEventListener('change', look);
    look();
    return () => changed.removeEventListener('change', look);
  }, []);
  return now;
}

/** Lets the page sound from now on; must be called by a touch. */
export async function unlock(): Promise<void> {
  if (!Context) return tell();
  try {
    if (!context) {
      context = new Context();
      context.onstatechange = tell;
    }
    await context.resume();
  } catch {
    context = undefined; // no device to sound by
  }
  tell();
}

/** Unlocks by the first touch of whatever it be, and at once where the page was touched before. */
export function unlockByTouch(): () => void {
  tell();
  const touched = () => { if (sound() === 'off') void unlock(); };
  if (navigator.userActivation?.hasBeenActive) touched();
  addEventListener('pointerup', touched);
  addEventListener('keydown', touched);
  return () => {
    removeEventListener('pointerup', touched);
    removeEventListener('keydown', touched);
  };
}

/** How loud, from 0 to 1. */
export function volume(): number {
  const loud = Number.parseFloat(kept('volume') ?? '');
  return loud >= 0 && loud <= 1 ? loud : 0.6;
}

/** Keeps how loud. */
export const setVolume = (to: number): void => keep('volume', String(to));

function tone(at: number, frequency: number, loud: number): void {
  if (!context) return;
  const gain = context.createGain(), wave = context.createOscillator();
  wave.frequency.value = frequency;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(loud, at + 0.02);
  gain.gain.linearRampToValueAtTime(0, at + 0.3);
  wave.connect(gain).connect(context.destination);
  wave.start(at);
  wave.stop(at + 0.32);
}

/** Three tones, once. */
export function once(): void {
  const loud = volume();
  if (context) [523, 659, 784].forEach((f, i) => tone(context!.currentTime + 0.2 * i, f, loud));
}

// A page that was never touched may not, and browsers complain about the try.
const vibrate = (pattern: number | number[]) => { if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(pattern); };

/** Rings until it is stopped: calls without end, chats three times and then every five seconds. */
export function ring(channel: 'call' | 'chat'): void {
  if (ringing) return;
  document.documentElement.dataset['ringing'] = channel;
  let n = 0;
  const beat = () => {
    if (channel === 'call' || n < 3 || n % 5 === 0) {
      once();
      vibrate([300, 200, 300]);
    }
    n++;
  };
  beat();
  ringing = setInterval(beat, channel === 'call' ? 1500 : 1000);
}

/** Stops ringing. */
export function hush(): void {
  if (!ringing) return;
  delete document.documentElement.dataset['ringing'];
  clearInterval(ringing);
  ringing = undefined;
  vibrate(0);
}
