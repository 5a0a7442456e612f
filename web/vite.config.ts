import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { firstLoads } from "./first-loads.ts";

/** The api of a platform on this machine, for work on the pages with hot reload. */
const api = "http://127.0.0.1:8080";

const source = join(import.meta.dirname, "src");
const nameOfFirst = firstLoads({
  app: join(source, "main.tsx"),
  screen: join(source, "wall", "main.tsx"),
  start: join(source, "features", "overview", "page.tsx"),
});

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    manifest: true,
    target: "es2022",
    // Which text a page needs first is in index.html; the warning limit is the budget of the first load.
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      // The app, and the screens of the park, which load nothing of it that they do not show.
      input: { index: join(import.meta.dirname, "index.html"), wall: join(import.meta.dirname, "wall.html") },
      output: {
        // A page that opens asks for a few files, not for forty: each costs a turn on the line.
        codeSplitting: {
          groups: [
            { name: "vendor", test: /node_modules[\\/](react|react-dom|scheduler|i18next|react-i18next)[\\/]/ },
            { name: "routing", test: /node_modules[\\/](react-router|@tanstack[\\/](react-query|query-core))[\\/]/ },
            { name: nameOfFirst, debugName: "first loads" },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      "/api": api,
      "/socket.io": { target: api, ws: true },
    },
  },
});
