/** Signs of a judged mean, beside its colour. */
export const judgedGlyph = { compliant: "✓", warning: "▲", exceeded: "⬢", notJudged: "○" } as const;
