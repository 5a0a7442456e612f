/** What can be written as JSON. A field that is undefined is left out. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [name: string]: JsonValue | undefined };

/**
 * JSON in which equal values are equal texts: names sorted by code unit, no blanks, numbers as ECMAScript prints them
 * (as RFC 8785 has it). A number that is not finite is a RangeError: JSON would make it null.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError(`${value} cannot be signed`);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const fields = Object.keys(value)
    .sort()
    .flatMap((name) => {
      const field = value[name];
      return field === undefined ? [] : [`${JSON.stringify(name)}:${canonicalJson(field)}`];
    });
  return `{${fields.join(",")}}`;
}

const isList = (value: object): value is readonly JsonValue[] => Array.isArray(value);
