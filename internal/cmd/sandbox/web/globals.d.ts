// What the build puts in: the address of the pages' icons.
declare const ICONS_URL: string;
