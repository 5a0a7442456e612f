import { loadThread } from "../threads/load-thread.mjs";

await loadThread(new URL("./rollup-worker.ts", import.meta.url));
