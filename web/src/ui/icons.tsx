import type { ReactNode } from "react";

const paths = {
  overview: "M3 13h7V3H3zM14 9h7V3h-7zM14 21h7V12h-7zM3 21h7v-5H3z",
  live: "M2 12h4l3-8 5 16 3-8h5",
  alerts: "M6 16V11a6 6 0 1 1 12 0v5l2 2H4zM10 21h4",
  my: "M4 21V5l8-3v19M12 21V9l8 3v9M2 21h20M7 8h1M7 12h1M7 16h1M16 14h1M16 17h1",
  energy: "M13 2 5 13.500h6L10 22l9-12h-6.500z",
  water: "M12 3c3.500 4.500 6 7.500 6 11a6 6 0 0 1-12 0c0-3.500 2.500-6.500 6-11zM9 15a3 3 0 0 0 3 3",
  chimney: "M4 21h16M6 21V10h4v11M14 21V6h4v15M8 7c0-2 2-2 2-4M16 3c1-1 2-.5 3-1",
  leaf: "M5 19C4 10 10 4 20 4c0 10-6 16-15 15zM5 19c3-5 6-8 10-10",
  bill: "M6 2.500h12V21l-3-1.800L12 21l-3-1.800L6 21zM9 7.500h6M9 11.500h6M9 15.500h4",
  book: "M5 4.500h11a3 3 0 0 1 3 3V20H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11M9 8.500h6",
  rule: "M3 17h5l4-8 3 5h6M3 6h8M17 4v6M14 7h6",
  device: "M5 3h14v18H5zM8.500 6.500h7v4h-7zM12 14.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3z",
  screen: "M3 4h18v12H3zM9 20h6M12 16v4M7 12l3-3 2 2 4-4",
  wrench:
    "M14.500 6.500a4.500 4.500 0 0 1 6-1l-3 3 .5 2 2 .5 3-3a4.500 4.500 0 0 1-6.200 5.400L9 21l-4-4 8.300-8.300a4.500 4.500 0 0 1 1.200-2.200z",
  send: "M3 11 21 3l-7 18-3-7zM11 14 21 3",
  sound: "M4 9.500h3.500L12 5v14l-4.500-4.500H4zM15.500 9a4.500 4.500 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11",
  mute: "M4 9.500h3.500L12 5v14l-4.500-4.500H4zM16 9.500l5 5M21 9.500l-5 5",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 21 21",
  menu: "M4 6h16M4 12h16M4 18h16",
  close: "M6 6l12 12M18 6 6 18",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M19 5l-1.4 1.4M6.4 17.6 5 19",
  moon: "M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5z",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2",
  download: "M12 4v11M7.5 11 12 15.5 16.5 11M4 20h16",
  print: "M7 9V3.500h10V9M7 17H4V9h16v8h-3M7 14h10v6.500H7z",
  table: "M3 5h18v14H3zM3 10h18M3 14.5h18M9 10v9",
  chart: "M4 4v16h16M8 15l3-4 3 2 5-7",
  left: "M14 6l-6 6 6 6",
  right: "M10 6l6 6-6 6",
  down: "M6 10l6 6 6-6",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c.8-4 4-6 8-6s7.200 2 8 6",
  key: "M8 20a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9zM11.200 12.300 20 3.500M16.500 7l3 3M13.500 10l2 2",
  out: "M14 4H5v16h9M10 12h11M17.500 8.500 21 12l-3.500 3.500",
  eye: "M2 12s3.500-6.500 10-6.500S22 12 22 12s-3.500 6.500-10 6.500S2 12 2 12zM12 9.500a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5z",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8v.01",
  note: "M4 5h16v11h-9l-5 4v-4H4zM8 9h8M8 12h5",
  pencil: "M4 20l1-4L16.500 4.500l3 3L8 19zM14 7l3 3",
  bin: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13M10.500 11v5M13.500 11v5",
  bookmark: "M6 3h12v18l-6-4.500L6 21z",
  calendar: "M4 5.500h16V20H4zM4 10h16M8 3v5M16 3v5",
  dots: "M5 12h.01M12 12h.01M19 12h.01",
} as const;

export type IconName = keyof typeof paths;

/** A line icon of 1 em and a bit; decoration only, the text beside it or `aria-label` names the thing. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }): ReactNode {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === "dots" ? 3 : 1.7}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
