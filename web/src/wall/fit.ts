/** Sizes that a screen is designed in; it is scaled to whatever it stands on. */
export const shapes = {
  normal: { width: 1920, height: 1080 },
  wide: { width: 2520, height: 1080 },
  tall: { width: 1080, height: 1920 },
} as const;
type StageShape = keyof typeof shapes;

/** By the container, not by the screen: it may stand in a window, and the system may enlarge everything. */
export function fit(width: number, height: number): { shape: StageShape; scale: number } {
  const ratio = width / Math.max(1, height);
  const shape = ratio >= 2.1 ? "wide" : ratio <= 0.8 ? "tall" : "normal";
  const { width: w, height: h } = shapes[shape];
  return { shape, scale: Math.min(width / w, height / h) };
}
