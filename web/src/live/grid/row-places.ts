/**
 * Which row of the page shows which place of the list, while the list is scrolled. A row that is made or moved costs the
 * browser several times what new texts in it cost, so rows stay where they are in the page and are given new places.
 */
export class RowPlaces {
  #rows: readonly number[] = [];
  #places: readonly number[] = [];

  /**
   * The row for each of these places, no row twice. Scrolled a little, places keep their rows and those that left are
   * taken for those that came; further, the first row shows the first place and so on, and no row is moved.
   */
  rowsFor(places: readonly number[]): readonly number[] {
    if (isEqual(places, this.#places)) return this.#rows;
    const rowOf = new Map(this.#places.map((place, n) => [place, this.#rows[n]]));
    const kept = places.map((place) => rowOf.get(place));
    const isNear = kept.filter((row) => row !== undefined).length * 2 > places.length;
    const before = isNear ? kept : places.map((_, n) => this.#rows[n]);
    const taken = new Set(before);
    const free = this.#rows.filter((row) => !taken.has(row));
    let next = Math.max(-1, ...this.#rows) + 1;
    this.#rows = before.map((row) => row ?? free.shift() ?? next++);
    this.#places = places;
    return this.#rows;
  }
}

const isEqual = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((one, n) => one === b[n]);
