export * from "./primitives.ts";
export * from "./topics.ts";
export * from "./mqtt.ts";
export * from "./live.ts";
export * from "./http.ts";
export * from "./edge-link.ts";
export * from "./regulated.ts";
export * from "./figures.ts";
