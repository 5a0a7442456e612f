export type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly detail: string };

const decoder = new TextDecoder("utf-8", { fatal: true });
const mayHoldNonFinite = /nan|inf/i;
const nonFiniteToken = /(?:NaN|nan|NAN|-?(?:Infinity|infinity|Inf|inf|INF))(?![A-Za-z0-9_])/y;

/**
 * Bytes to a JSON value. Bare `NaN` and `Infinity`, which many firmwares print and JSON does not know, are read as a
 * number that is not finite, so that the other values of the message are not lost with them.
 */
export function parseJson(payload: Uint8Array): Parsed {
  let text: string;
  try {
    text = decoder.decode(payload);
  } catch {
    return { ok: false, detail: "not UTF-8" };
  }
  const parsed = tryParse(text);
  if (parsed.ok || !mayHoldNonFinite.test(text)) return parsed;
  const again = tryParse(replaceNonFinite(text));
  return again.ok ? again : parsed;
}

function tryParse(text: string): Parsed {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, detail: `not JSON: ${error instanceof Error ? error.message : String(error)}`.slice(0, 200) };
  }
}

/** One pass, outside of strings only; `1e999` is JSON and reads as Infinity. */
function replaceNonFinite(text: string): string {
  const pieces: string[] = [];
  let [taken, isInString] = [0, false];
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isInString && character === "\\") i += 1;
    else if (character === '"') isInString = !isInString;
    else if (!isInString && matchesAt(text, i)) {
      pieces.push(text.slice(taken, i), "1e999");
      taken = nonFiniteToken.lastIndex;
      i = taken - 1;
    }
  }
  return pieces.join("") + text.slice(taken);
}

function matchesAt(text: string, index: number): boolean {
  nonFiniteToken.lastIndex = index;
  return nonFiniteToken.test(text);
}
