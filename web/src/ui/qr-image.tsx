import encodeQr from "qr";
import type { ReactNode } from "react";
import classes from "./qr-image.module.css";

/** Modules of light around a code, without which readers do not find it. */
const quiet = 4;
/** Bytes of UTF-8; what is longer is drawn so fine that a phone does not read it off a screen. */
const mostBytes = 660;

/** Rows of a code's modules, the quiet zone among them, true where it is dark; null for what is too long. */
export function qrModules(text: string): boolean[][] | null {
  if (new TextEncoder().encode(text).length > mostBytes) return null;
  return encodeQr(text, "raw", { ecc: "medium", encoding: "byte", border: quiet });
}

/** A text for a phone's camera: dark on light in both themes, as readers expect it; nothing where it is too long. */
export function QrImage({ text, label }: { text: string; label: string }): ReactNode {
  const modules = qrModules(text);
  if (modules === null) return null;
  const path = modules.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x},${y}h1v1h-1z`] : []))).join("");
  return (
    <svg
      className={classes.code}
      viewBox={`0 0 ${modules.length} ${modules.length}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect className={classes.light} width={modules.length} height={modules.length} />
      <path className={classes.dark} d={path} />
    </svg>
  );
}
