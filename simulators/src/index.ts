export { startDemo } from "./demo/start-demo.ts";
export type { Demo, DemoOptions } from "./demo/demo-options.ts";
