import { loadThread } from "../../threads/load-thread.mjs";

await loadThread(new URL("./worker.ts", import.meta.url));
