// Threads do not inherit the TypeScript loader, so the first module of a thread is plain JavaScript.
import { register } from "tsx/esm/api";

register();
await import("./rollup-worker.ts");
