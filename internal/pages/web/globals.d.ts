// What the build puts in: addresses of what it made.
declare const WORKER_URL: string;
declare const ICONS_URL: string;
declare const OFFICE_STYLE_URL: string;

// Parts of a translation, as internal/cmd/pages makes modules of them.
declare module '*.tsv?words' {
  const words: (import('./words').Translated[string] | null)[];
  export default words;
}
declare module '*.tsv?first' {
  const words: import('./words').Translated;
  export default words;
}
declare module '*.tsv?others' {
  const words: import('./words').Translated;
  export default words;
}
declare module '*.tsv?sw' {
  const words: import('./words').Translated;
  export default words;
}
