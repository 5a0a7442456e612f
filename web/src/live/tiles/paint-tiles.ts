import { token } from "../../charts/theme.ts";
import { dataStates, stateGlyph, type DataState } from "../../lib/data-state.ts";
import { placeInBox, placeOfTile, type TileLayout } from "./tile-layout.ts";

/** Everything that is seen of the tiles at once. */
export interface TileScene {
  readonly layout: TileLayout;
  /** A number in `dataStates` for each tile. */
  readonly codes: Uint8Array;
  readonly nameOf: (group: string) => string;
  readonly scrollTop: number;
  readonly width: number;
  readonly height: number;
  /** The tile that the keys stand on, and the one under the pointer. */
  readonly current: number | null;
  readonly pointed: number | null;
}

/** What is well is quiet, what is not stands out: filled, with the glyph cut out. */
const quiet: ReadonlySet<DataState> = new Set(["live", "estimated", "none"]);

interface Palette {
  readonly surface: string;
  readonly text: string;
  readonly border: string;
  readonly focus: string;
  readonly font: string;
  readonly states: Readonly<Record<DataState, string>>;
}

/** Colours of the theme in use. */
export function readPalette(): Palette {
  const colour = (state: DataState): string => token(state === "none" ? "--state-offline" : `--state-${state}`);
  return {
    surface: token("--surface"),
    text: token("--text"),
    border: token("--border-strong"),
    focus: token("--focus"),
    font: token("--font"),
    // One entry for each state by construction.
    states: Object.fromEntries(dataStates.map((state) => [state, colour(state)])) as Record<DataState, string>,
  };
}

/** Paints what lies in view; the context is scaled to CSS pixels. */
export function paintTiles(context: CanvasRenderingContext2D, scene: TileScene, palette: Palette): void {
  const { layout, scrollTop, width, height } = scene;
  context.clearRect(0, 0, width, height);
  context.save();
  context.translate(0, -scrollTop);
  for (const box of layout.boxes) {
    if (box.y + box.height < scrollTop || box.y > scrollTop + height) continue;
    paintName(context, scene.nameOf(box.id), box, palette);
    paintBox(context, scene, box, palette);
  }
  for (const [index, colour] of [
    [scene.pointed, palette.text],
    [scene.current, palette.focus],
  ] as const) {
    const place = index === null ? null : placeOfTile(layout, index);
    if (place === null) continue;
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.strokeRect(place.x - 1.5, place.y - 1.5, layout.sizes.tile + 3, layout.sizes.tile + 3);
  }
  context.restore();
}

function paintName(
  context: CanvasRenderingContext2D,
  name: string,
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
  { text, font }: Palette,
): void {
  context.font = `12px ${font}`;
  context.textAlign = "left";
  context.textBaseline = "top";
  context.fillStyle = text;
  context.fillText(shortened(context, name, width), x, y + 2);
}

function shortened(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  const letters = [...text];
  while (letters.length > 1 && context.measureText(`${letters.join("")}…`).width > width) letters.pop();
  return `${letters.join("")}…`;
}

function paintBox(
  context: CanvasRenderingContext2D,
  { layout, codes, scrollTop, height }: TileScene,
  box: TileLayout["boxes"][number],
  palette: Palette,
): void {
  const { tile } = layout.sizes;
  context.font = `${Math.round(tile * 0.55)}px ${palette.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineWidth = 1;
  for (let n = 0; n < box.count; n++) {
    const { x, y } = placeInBox(box, n, layout.sizes);
    if (y + tile < scrollTop || y > scrollTop + height) continue;
    const state = dataStates[codes[box.first + n] ?? 0] ?? "none";
    const colour = palette.states[state];
    context.fillStyle = colour;
    context.globalAlpha = quiet.has(state) ? (state === "none" ? 0 : 0.16) : 1;
    context.fillRect(x, y, tile, tile);
    context.globalAlpha = 1;
    if (state === "none") {
      context.strokeStyle = palette.border;
      context.strokeRect(x + 0.5, y + 0.5, tile - 1, tile - 1);
    }
    context.fillStyle = quiet.has(state) ? colour : palette.surface;
    context.fillText(stateGlyph[state], x + tile / 2, y + tile / 2 + 1);
  }
}
