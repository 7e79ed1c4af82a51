// Seconds that go by, on a clock that nobody sets. One timer serves all who count.
import { useCallback, useEffect, useState } from 'preact/hooks';
import { moment } from './work';

const counting = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function begin(f: () => void): () => void {
  counting.add(f);
  timer ??= setInterval(() => { for (const g of counting) g(); }, 500);
  return () => {
    counting.delete(f);
    if (counting.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** What f makes of now; drawn anew only when that is another value. */
export function useTicking<T extends string | number>(f: () => T): T {
  const [, again] = useState<T>(f);
  const now = f();
  useEffect(() => begin(() => again(f())), [f]);
  return now;
}

/** Whole seconds until a moment. */
export const useSeconds = (ends: number): number => useTicking(useCallback(() => Math.max(0, Math.ceil((ends - moment()) / 1000)), [ends]));
