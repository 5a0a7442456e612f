export * from "./regulated.ts";
export * from "./book.ts";
export * from "./factors.ts";
export { builtInRecords } from "./tables/index.ts";
