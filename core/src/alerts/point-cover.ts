/** What a cover names, of the registry or as the wire has it; null = any. */
interface Cover {
  readonly meterKinds: readonly string[] | null;
  readonly quantities: readonly string[] | null;
  readonly enterpriseId: string | null;
  readonly meterId: string | null;
}

/** Whether a point of a meter of this kind is one that is covered, whoever else names it. */
export const isCovered = (
  { meterKinds, quantities, enterpriseId, meterId }: Cover,
  point: { readonly quantity: string; readonly enterpriseId: string; readonly meterId: string },
  kind: string,
): boolean =>
  (meterKinds?.includes(kind) ?? true) &&
  (quantities?.includes(point.quantity) ?? true) &&
  (enterpriseId ?? point.enterpriseId) === point.enterpriseId &&
  (meterId ?? point.meterId) === point.meterId;
