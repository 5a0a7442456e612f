export { startEdge, type Edge, type EdgeStats } from "./start-edge.ts";
export { refusalReasons } from "./access.ts";
export { frameFates } from "./stations/station-server.ts";
export { connectionRefusals } from "./connection-counters.ts";
export type { EdgeConfig, EdgeDeps, ListenAddress, TlsListenAddress } from "./config.ts";
