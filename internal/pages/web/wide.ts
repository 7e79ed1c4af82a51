// How much room there is.
import { useEffect, useState } from 'preact/hooks';

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  const [holds, set] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const m = matchMedia(query);
    const look = () => set(m.matches);
    look();
    m.addEventListener('change', look);
    return () => m.removeEventListener('change', look);
  }, [query]);
  return holds;
}
