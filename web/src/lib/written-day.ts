const written = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$/;

/** A day as people write it (`2026-11-20`, `2026/1/5`, `2026年1月5日`) as `2026-01-05`; null when it is no day. */
export function parseDay(text: string): string | null {
  const [, year = "", month = "", day = ""] = written.exec(text.trim()) ?? [];
  const iso = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const at = new Date(`${iso}T00:00:00Z`);
  // 30 February would be carried over into March.
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== iso ? null : iso;
}

export interface DayBounds {
  readonly min?: string | undefined;
  readonly max?: string | undefined;
}

/** Why a text cannot be taken for a day within bounds, both included; null where it can, and where there is none. */
export function dayProblem(text: string, { min, max }: DayBounds): "form" | "early" | "late" | null {
  if (text.trim() === "") return null;
  const day = parseDay(text);
  if (day === null) return "form";
  if (min !== undefined && day < min) return "early";
  return max !== undefined && day > max ? "late" : null;
}
