/** What `sel` of the data quality page names: a register and the stretch to look at; `to` null = until now. Ids hold no tilde. */
export const selectionText = (point: string, from: number, to: number | null): string =>
  [point, from, to ?? ""].join("~");
