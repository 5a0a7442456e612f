import { BlockList, isIP } from "node:net";

/** Gives all addresses of a host name; a port, so that tests can stand in for a hostile DNS. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** Addresses (CIDR) and host names that may be reached although they lie inside. */
export interface AllowList {
  readonly hosts: ReadonlySet<string>;
  readonly networks: BlockList;
}

/** What is not the public internet: IANA special-purpose registries (RFC 6890), multicast, and ways to write IPv4 as IPv6. */
const inside = blockListOf([
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
  ...["192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"],
  ...["224.0.0.0/4", "240.0.0.0/4", "100.100.100.200/32", "168.63.129.16/32"],
  ...["::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32"],
  ...["2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"],
]);
/** `::ffff:a.b.c.d` is judged by what it stands for: the list above holds the IPv4 networks for it too. */
const mappedPrefix = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

function blockListOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    const family = isIP(address);
    if (family === 0) throw new TypeError(`${network} is not a network`);
    const bits = family === 4 ? 32 : 128;
    list.addSubnet(address, prefix === undefined ? bits : Number(prefix), family === 4 ? "ipv4" : "ipv6");
  }
  return list;
}

/** Splits `PARK_NOTIFY_ALLOW`: networks and addresses, everything else is a host name. */
export function parseAllowList(entries: readonly string[]): AllowList {
  const isNetwork = (entry: string): boolean => isIP(entry.split("/")[0] ?? "") !== 0;
  return {
    networks: blockListOf(entries.filter(isNetwork)),
    hosts: new Set(entries.filter((entry) => !isNetwork(entry)).map((host) => host.toLowerCase())),
  };
}

export type Pinned = { readonly ok: true; readonly address: string } | { readonly ok: false; readonly detail: string };

const notPublic =
  "the address is not a public one; PARK_NOTIFY_ALLOW names networks and hosts of the park that may be told";

/**
 * The one address to connect to: resolved once, so that a name cannot change its mind between check and connection. A
 * name with any address inside is refused, unless the name or that address is allowed.
 */
export async function pinAddress(hostname: string, resolve: Resolve, allow: AllowList): Promise<Pinned> {
  const host = hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
  let addresses: readonly string[];
  try {
    addresses = isIP(host) === 0 ? await resolve(host) : [host];
  } catch {
    return { ok: false, detail: "the host name is not known" };
  }
  const [first] = addresses;
  if (first === undefined) return { ok: false, detail: "the host name has no address" };
  const isAllowed = allow.hosts.has(host) || addresses.every((address) => mayReach(address, allow));
  return isAllowed ? { ok: true, address: first } : { ok: false, detail: notPublic };
}

export function mayReach(address: string, allow: AllowList): boolean {
  const plain = mappedPrefix.exec(toShortForm(address))?.[1] ?? address;
  const family = isIP(plain);
  if (family === 0 || plain.includes("%")) return false;
  const type = family === 4 ? "ipv4" : "ipv6";
  return !inside.check(plain, type) || allow.networks.check(plain, type);
}

/** IPv6 has many spellings; that of URLs is one, with mapped IPv4 in hex, which is written out here. */
function toShortForm(address: string): string {
  if (isIP(address) !== 6 || address.includes("%")) return address;
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (mapped === null) return short;
  const [high, low] = [Number.parseInt(mapped[1] ?? "0", 16), Number.parseInt(mapped[2] ?? "0", 16)];
  return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
