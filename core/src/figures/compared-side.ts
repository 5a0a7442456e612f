export const comparedPeriods = ["now", "prev", "yoy"] as const;
/** The asked range itself, the one before it (环比), or the same of the year before (同比). */
export type ComparedPeriod = (typeof comparedPeriods)[number];

export const comparedScopes = ["park", "zone", "enterprise", "meter"] as const;
export type ComparedScope = (typeof comparedScopes)[number];

/** One of the things that are compared: whose use, and of when. `id` null = the park. */
export interface ComparedSide {
  readonly scope: ComparedScope;
  readonly id: string | null;
  readonly period: ComparedPeriod;
}

/** As many lines as a chart can tell apart. */
export const mostSides = 6;

const words = { park: "park", zone: "zone", enterprise: "ent", meter: "meter" } as const satisfies Record<
  ComparedScope,
  string
>;
const pattern = /^(?:park|(zone|ent|meter):([^~,]+))(?:~(prev|yoy))?$/;

/** `park`, `zone:east~prev`, `ent:plant`, `meter:M1~yoy`; ids as in an address. */
export function sideText({ scope, id, period }: ComparedSide): string {
  const of = id === null ? words.park : `${words[scope]}:${encodeURIComponent(id).replaceAll("~", "%7E")}`;
  return period === "now" ? of : `${of}~${period}`;
}

/** null = no such side. */
export function parseSide(text: string): ComparedSide | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [, word, encoded = "", period = "now"] = match;
  const scope = comparedScopes.find((one) => words[one] === (word ?? "park"));
  const id = word === undefined ? null : decoded(encoded);
  const asked = comparedPeriods.find((one) => one === period);
  return scope === undefined || asked === undefined || id === "" ? null : { scope, id, period: asked };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return ""; // half an escape is no id
  }
}
