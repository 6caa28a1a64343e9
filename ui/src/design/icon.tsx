/** Drawn here rather than taken from a font: a closed network must not fetch, and each is a few bytes. */
const PATHS = {
  today: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4M8 14h3v3H8z",
  alert: "M12 3 2 20h20zM12 10v5M12 17.5v.5",
  incident: "M5 3h10l4 4v14H5zM14 3v5h5M8 12h8M8 16h8",
  map: "M12 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM5 16a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM19 16a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM11 8l-5 8M13 8l5 8M7 18h10",
  device: "M3 5h18v6H3zM3 13h18v6H3zM7 8h.5M7 16h.5M11 8h7M11 16h7",
  silence: "M6 9v6h4l5 4V5l-5 4zM18 9l4 6M22 9l-4 6",
  phone: "M5 3h4l2 5-2.5 2a12 12 0 0 0 5.500 5.500L16 13l5 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 5a2 2 0 0 1 2-2Z",
  trap: "M12 3v10M8 9l4 4 4-4M4 15v5h16v-5",
  ledger: "M5 3h14v18H5zM9 3v18M12 8h4M12 12h4",
  report: "M6 3h9l4 4v14H6zM14 3v5h5M9 18v-4M12 18v-7M15 18v-2",
  people: "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM2 21c0-4 3-7 7-7s7 3 7 7M16 4a4 4 0 0 1 0 7M18 14c2.500 1 4 3.500 4 7",
  journal: "M6 3h13v18H6a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2ZM8 8h7M8 12h7M8 16h4",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21c0-4 3.500-7 8-7s8 3 8 7",
  menu: "M3 6h18M3 12h18M3 18h18",
  close: "M5 5l14 14M19 5 5 19",
  check: "M4 12l5 6L20 6",
  search: "M10 4a6 6 0 1 0 0 12 6 6 0 0 0 0-12ZM15 15l6 6",
  up: "M6 15l6-6 6 6",
  down: "M6 9l6 6 6-6",
  next: "M9 6l6 6-6 6",
  previous: "M15 6l-6 6 6 6",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v6M12 7v.5",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3.500 3",
  pause: "M8 5v14M16 5v14",
  download: "M12 3v12M7 11l5 5 5-5M4 20h16",
  upload: "M12 16V4M7 8l5-5 5 5M4 20h16",
  plus: "M12 5v14M5 12h14",
  undo: "M8 5 3 10l5 5M3 10h11a6 6 0 0 1 0 12h-3",
  question: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM9.500 9.500a2.500 2.500 0 1 1 3.500 2.300c-.700.400-1 .800-1 1.700M12 17v.5",
  key: "M8 15a4 4 0 1 1 3.500-6H21v4h-3v3h-3v-3h-3.500A4 4 0 0 1 8 15Z",
  form: "M6 3h12v18H6zM9 8h6M9 12h6M9 16.500l1.500 1.500 3-3",
  work: "M14 6a4 4 0 0 0 5 5L9 21l-4-4L15 7M14 6l3-3 1 3 3 1-2 4",
  camera: "M4 7h4l2-3h4l2 3h4v13H4zM12 10a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7Z",
  print: "M7 8V3h10v5M5 8h14v8h-2v5H7v-5H5zM9 16h6",
  logout: "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration only: what it means always stands beside it as text (or as the button's label). */
export function Icon({ name, className = "" }: { name: IconName; className?: string }) {
  return (
    <svg viewBox="0 0 24 24" className={`shrink-0 ${/(^| )size-/.test(className) ? "" : "size-5"} ${className}`} fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
