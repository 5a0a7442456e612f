/** One line of what an audit entry tells. */
export interface Difference {
  /** Names of the field and of the fields above it. */
  readonly path: readonly string[];
  /** changed: from one value to another; secret: only that it changed; list: what came and went; told: a value that stands alone. */
  readonly kind: "changed" | "secret" | "list" | "told";
  readonly before: unknown;
  readonly after: unknown;
}

/** What an entry tells, line by line; null when it is no list of fields. Old and new objects are compared field by field. */
export function differencesOf(detail: string): Difference[] | null {
  const told = parsed(detail);
  if (!isObject(told)) return detail === "" ? [] : null;
  return Object.entries(told).flatMap(([field, value]) => linesOf(field, value));
}

/** As the log writes them: `[old, new]`, `"changed"`, `{added, removed, now}` of a long list, or a plain fact. */
function linesOf(field: string, value: unknown): Difference[] {
  if (value === "changed") return [{ path: [field], kind: "secret", before: null, after: null }];
  if (Array.isArray(value) && value.length === 2) return compared([field], value[0], value[1]);
  if (isObject(value) && "added" in value && "removed" in value)
    return [{ path: [field], kind: "list", before: value["removed"], after: value["added"] }];
  return value === null ? [] : [{ path: [field], kind: "told", before: null, after: value }];
}

/** What differs between two values, field by field where both are objects. */
export function compared(path: readonly string[], before: unknown, after: unknown): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  if ((isObject(before) && (isObject(after) || after === null)) || (before === null && isObject(after))) {
    const [old, now] = [toFields(before), toFields(after)];
    const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
    return names.flatMap((name) => compared([...path, name], old[name] ?? null, now[name] ?? null));
  }
  return [{ path, kind: "changed", before, after }];
}

const toFields = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {});

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
