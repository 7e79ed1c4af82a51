// The ring. Browsers let no page sound before it was touched, so going online is that touch.

let context: AudioContext | undefined;
let ringing: ReturnType<typeof setInterval> | undefined;

/** Whether a ring would be heard. */
export const audible = (): boolean => context?.state === 'running';

/** Lets the page sound from now on; must be called by a touch. */
export async function unlock(): Promise<void> {
  context ??= new AudioContext();
  await context.resume();
}

function tone(at: number, frequency: number, volume: number): void {
  if (!context) return;
  const gain = context.createGain(), wave = context.createOscillator();
  wave.frequency.value = frequency;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(volume, at + 0.02);
  gain.gain.linearRampToValueAtTime(0, at + 0.3);
  wave.connect(gain).connect(context.destination);
  wave.start(at);
  wave.stop(at + 0.32);
}

function once(volume: number): void {
  if (!context) return;
  [523, 659, 784].forEach((f, i) => tone(context!.currentTime + 0.2 * i, f, volume));
}

/** Rings until it is stopped: calls without end, chats three times and then every five seconds. */
export function ring(channel: 'call' | 'chat', volume = 0.5): void {
  if (ringing) return;
  let n = 0;
  const beat = () => { if (channel === 'call' || n < 3 || n % 5 === 0) once(volume); n++; };
  beat();
  ringing = setInterval(beat, channel === 'call' ? 1500 : 1000);
  navigator.vibrate?.([300, 200, 300]);
}

/** Stops ringing. */
export function hush(): void {
  clearInterval(ringing);
  ringing = undefined;
  navigator.vibrate?.(0);
}
