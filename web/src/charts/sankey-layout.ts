/** A part of a tree of flows: what it passes on, and to what. */
export interface FlowNode {
  readonly id: string;
  readonly name: string;
  readonly value: number;
  readonly children: readonly FlowNode[];
  /** What nobody below it measured, or grouped small ones: no place of its own. */
  readonly kind?: "residual" | "others";
}

export interface Box {
  readonly node: FlowNode;
  readonly depth: number;
  readonly top: number;
  readonly height: number;
  /** Where the ribbon leaves the parent; null at the root. */
  readonly from: { readonly top: number; readonly depth: number } | null;
}

const gap = 4;
/** A box without others behind it has a line of words beside it. */
const lineHeight = 17;

/**
 * Boxes of a tree of flows in columns by depth, heights in proportion to values. Leaves stand at least a line of text
 * apart, so the whole may be higher than asked.
 */
export function layoutFlow(root: FlowNode, height: number): readonly Box[] {
  const scale = root.value > 0 ? height / root.value : 0;
  const boxes: Box[] = [];
  /** Gives the bottom of all that a node needs. */
  const place = (node: FlowNode, depth: number, top: number, from: Box["from"]): number => {
    const own = Math.max(1, node.value * scale);
    boxes.push({ node, depth, top, height: own, from });
    let below = top;
    let exit = top;
    for (const child of node.children) {
      below = place(child, depth + 1, below, { top: exit, depth }) + gap;
      exit += child.value * scale;
    }
    return Math.max(top + own, below - gap, top + lineHeight);
  };
  place(root, 0, 0, null);
  return boxes.sort((a, b) => a.depth - b.depth || a.top - b.top);
}

/** Children largest first; those below a share of the root become one. */
export function groupSmall(node: FlowNode, least: number, nameOthers: (count: number) => string): FlowNode {
  const children = node.children.map((child) => groupSmall(child, least, nameOthers));
  const isSmall = ({ value, kind }: FlowNode): boolean => kind === undefined && value < least;
  const small = children.filter(isSmall);
  const kept = small.length > 1 ? children.filter((child) => !isSmall(child)) : children;
  const others: FlowNode[] =
    small.length > 1
      ? [
          {
            id: `${node.id}/others`,
            name: nameOthers(small.length),
            value: small.reduce((sum, { value }) => sum + value, 0),
            children: [],
            kind: "others",
          },
        ]
      : [];
  const order = ({ kind }: FlowNode): number => (kind === "residual" ? 2 : kind === "others" ? 1 : 0);
  const sorted = [...kept, ...others].sort((a, b) => order(a) - order(b) || b.value - a.value);
  return { ...node, children: sorted };
}
