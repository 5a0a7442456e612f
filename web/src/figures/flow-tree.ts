import type { BalanceBody } from "@smart-park/core/wire";
import type { FlowNode } from "../charts/sankey-layout.ts";

type Node = BalanceBody["nodes"][number];

interface TreeTexts {
  readonly nameOf: (node: Node) => string;
  readonly residual: string;
}

/**
 * The tree of a balance as flows, from one node down to a depth. What a place has more than those below it is a flow of
 * its own; what they have more than it cannot be drawn and is told as a fault. null while the node's use is not known.
 */
export function flowTree(nodes: readonly Node[], rootId: string, depth: number, texts: TreeTexts): FlowNode | null {
  const below = new Map<string | null, Node[]>();
  for (const node of nodes) below.set(node.parentId, [...(below.get(node.parentId) ?? []), node]);
  const toFlow = (node: Node, left: number): FlowNode | null => {
    const { value } = node.total;
    if (value === null || value <= 0) return null;
    const children = left === 0 ? [] : (below.get(node.id) ?? []).flatMap((child) => toFlow(child, left - 1) ?? []);
    const named = { id: node.id, name: texts.nameOf(node), value };
    if (children.length === 0) return { ...named, children };
    const lost = node.residual ?? 0;
    const residual: FlowNode[] =
      lost > 0
        ? [{ id: `${node.id}/residual`, name: texts.residual, value: lost, children: [], kind: "residual" }]
        : [];
    return { ...named, children: [...children, ...residual] };
  };
  const root = nodes.find(({ id }) => id === rootId);
  return root ? toFlow(root, depth) : null;
}

/** Places whose parts show more than they do: a wrong multiplier, a wrong parent, a clock. */
export const overfull = (nodes: readonly Node[]): Node[] =>
  nodes.filter(({ residual, residualShare }) => residual !== null && residual < 0 && (residualShare ?? 0) < -0.005);
