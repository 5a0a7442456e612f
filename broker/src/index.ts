export { startEdge, type Edge, type EdgeStats } from "./start-edge.ts";
export type { EdgeConfig, EdgeDeps, ListenAddress, TlsListenAddress } from "./config.ts";
