// What the build puts in: addresses of what it made.
declare const WORKER_URL: string;
declare const ICONS_URL: string;
declare const OFFICE_STYLE_URL: string;
