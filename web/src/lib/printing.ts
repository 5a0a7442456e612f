/**
 * Marks the root element while its page is printed: paper is always light, and charts, which are painted and not laid
 * out, are painted anew as wide as the paper is. `again` runs when either begins or ends.
 */
export function followPrinting(again: () => void): () => void {
  const note = ({ type }: Event): void => {
    document.documentElement.toggleAttribute("data-printing", type === "beforeprint");
    again();
  };
  const events = ["beforeprint", "afterprint"] as const;
  for (const event of events) addEventListener(event, note);
  return () => events.forEach((event) => removeEventListener(event, note));
}

export const isPrinting = (): boolean => document.documentElement.hasAttribute("data-printing");
