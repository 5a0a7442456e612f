/** Ways to fill an area so that it is told apart without its colour. */
export type Pattern = "cross" | "diagonal" | "dots" | "dense";

const size = 8;

/** A fill in a colour with marks of the surface on it; the plain colour where there is no canvas. */
export function patternOf(pattern: Pattern, colour: string): CanvasPattern | string {
  const canvas = document.createElement("canvas");
  const side = size * devicePixelRatio;
  [canvas.width, canvas.height] = [side, side];
  const ctx = canvas.getContext("2d");
  if (!ctx) return colour;
  ctx.fillStyle = colour;
  ctx.fillRect(0, 0, side, side);
  [ctx.strokeStyle, ctx.fillStyle] = ["rgb(255 255 255 / 55%)", "rgb(255 255 255 / 70%)"];
  ctx.lineWidth = devicePixelRatio;
  if (pattern === "diagonal" || pattern === "cross") line(ctx, [0, side, side, 0]);
  if (pattern === "cross") line(ctx, [0, 0, side, side]);
  if (pattern === "dots" || pattern === "dense") dot(ctx, side / 4, side / 4);
  if (pattern === "dense") dot(ctx, (3 * side) / 4, (3 * side) / 4);
  return ctx.createPattern(canvas, "repeat") ?? colour;
}

function line(ctx: CanvasRenderingContext2D, [x1, y1, x2, y2]: readonly [number, number, number, number]): void {
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}

function dot(ctx: CanvasRenderingContext2D, x: number, y: number): void {
  ctx.beginPath();
  ctx.arc(x, y, devicePixelRatio, 0, 2 * Math.PI);
  ctx.fill();
}
