/**
 * The address when it is one of our own, a path with its query; null for all that leads to another site. Browsers take a
 * backslash for a slash and drop tabs and line breaks, so that `/⇥/example.com` is another host.
 */
export function ownAddress(address: string | null): string | null {
  if (!address?.startsWith("/") || /[\\\p{Cc}]/u.test(address)) return null;
  return address.split(/[?#]/)[0]?.includes("//") ? null : address;
}
