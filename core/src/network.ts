/**
 * Whom an address stands for where somebody is counted or held up: one IPv4 address, or the /64 of an IPv6 address, for one
 * household or firm has all of it.
 */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, "");
  return plain.includes(":") ? firstGroups(plain, 4) : plain;
}

/** Of an IPv6 address, with the zeros that its short form leaves out [RFC 5952]. */
function firstGroups(address: string, count: number): string {
  const [before = "", after] = address.split("::");
  const groups = before === "" ? [] : before.split(":");
  if (after !== undefined) groups.push(...Array.from({ length: 8 - groups.length - groupCount(after) }, () => "0"));
  return groups.slice(0, count).join(":");
}

const groupCount = (part: string): number => (part === "" ? 0 : part.split(":").length);
