/** Tiles of one owner, drawn together below its name. */
export interface TileGroup {
  readonly id: string;
  readonly count: number;
}

/** All in CSS pixels. */
interface TileSizes {
  /** Of the room that there is. */
  readonly width: number;
  readonly tile: number;
  readonly gap: number;
  /** Height of a group's name. */
  readonly head: number;
  /** No group is narrower, so that its name can be read. */
  readonly leastWidth: number;
  readonly groupGap: number;
}

interface GroupBox {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Number of its first tile among all. */
  readonly first: number;
  readonly count: number;
  readonly columns: number;
}

export interface TileLayout {
  readonly boxes: readonly GroupBox[];
  readonly count: number;
  readonly height: number;
  readonly sizes: TileSizes;
}

/** Groups twice as wide as they are high, from left to right and then below each other, in the order given. */
export function layoutTiles(groups: readonly TileGroup[], sizes: TileSizes): TileLayout {
  const { width, tile, gap, head, groupGap } = sizes;
  const pitch = tile + gap;
  const boxes: GroupBox[] = [];
  let [x, y, shelf, first] = [0, 0, 0, 0];
  for (const { id, count } of groups) {
    const columns = columnsOf(count, sizes);
    const boxWidth = Math.min(width, Math.max(columns * pitch - gap, sizes.leastWidth));
    const boxHeight = head + Math.ceil(count / columns) * pitch - gap;
    if (x > 0 && x + boxWidth > width) [x, y, shelf] = [0, y + shelf + groupGap, 0];
    boxes.push({ id, x, y, width: boxWidth, height: boxHeight, first, count, columns });
    x += boxWidth + groupGap;
    shelf = Math.max(shelf, boxHeight);
    first += count;
  }
  return { boxes, count: first, height: y + shelf, sizes };
}

function columnsOf(count: number, { width, tile, gap, leastWidth }: TileSizes): number {
  const fitting = (room: number): number => Math.max(1, Math.floor((room + gap) / (tile + gap)));
  const wanted = Math.max(Math.ceil(Math.sqrt(count * 2)), fitting(leastWidth));
  return Math.min(wanted, fitting(width));
}

interface TilePlace {
  readonly x: number;
  readonly y: number;
}

/** Upper left corner of a tile; null = there is none of this number. */
export function placeOfTile(layout: TileLayout, index: number): TilePlace | null {
  const box = layout.boxes.find(({ first, count }) => index >= first && index < first + count);
  return box === undefined ? null : placeInBox(box, index - box.first, layout.sizes);
}

export function placeInBox(box: GroupBox, n: number, { tile, gap, head }: TileSizes): TilePlace {
  const pitch = tile + gap;
  return { x: box.x + (n % box.columns) * pitch, y: box.y + head + Math.floor(n / box.columns) * pitch };
}

/** The tile at a place; gaps and names belong to none. */
export function tileAt({ boxes, sizes }: TileLayout, x: number, y: number): number | null {
  const pitch = sizes.tile + sizes.gap;
  for (const box of boxes) {
    const [left, top] = [x - box.x, y - box.y - sizes.head];
    if (left < 0 || left >= box.width || top < 0 || y >= box.y + box.height) continue;
    const [column, row] = [Math.floor(left / pitch), Math.floor(top / pitch)];
    if (column >= box.columns || left - column * pitch >= sizes.tile || top - row * pitch >= sizes.tile) return null;
    const n = row * box.columns + column;
    return n < box.count ? box.first + n : null;
  }
  return null;
}

export type TileStep = "left" | "right" | "up" | "down";

/** The tile beside another one; the same where there is none. Sideways is the order of reading. */
export function tileBeside(layout: TileLayout, index: number, step: TileStep): number {
  if (step === "left") return Math.max(0, index - 1);
  if (step === "right") return Math.min(layout.count - 1, index + 1);
  const from = placeOfTile(layout, index);
  if (from === null) return index;
  const sign = step === "up" ? -1 : 1;
  let [nearest, least] = [index, Infinity];
  for (const box of layout.boxes)
    for (let n = 0; n < box.count; n++) {
      const place = placeInBox(box, n, layout.sizes);
      const ahead = (place.y - from.y) * sign;
      // A tile to the side is farther than one straight ahead, also when its box ends nearer.
      const cost = ahead + 2 * Math.abs(place.x - from.x);
      if (ahead > 0 && cost < least) [nearest, least] = [box.first + n, cost];
    }
  return nearest;
}
