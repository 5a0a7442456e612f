import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import express, { Router, type Request, type Response } from "express";

const yearS = 31_536_000;
const withoutWebApp =
  "smart-park: this process serves the API only; the web app has not been built here.\nAPI: /docs\n";

/** Serves the built web app: hashed assets for ever, pages always fresh; without one, a line that says so. */
export function webAppRoutes(webRoot: string | null): Router {
  const router = Router();
  if (webRoot === null) {
    router.get("/", (_request, response) => void response.type("text/plain").send(withoutWebApp));
    return router;
  }
  const options = { index: false, redirect: false, dotfiles: "ignore" as const };
  router.use("/assets", express.static(join(webRoot, "assets"), { ...options, immutable: true, maxAge: yearS * 1000 }));
  router.use(express.static(webRoot, { ...options, maxAge: 0, setHeaders: (response) => setFresh(response) }));
  router.get("/wall/{*screen}", (_request, response, next) => {
    setFresh(response);
    response.sendFile(wallPage, { root: webRoot }, (error?: Error) => error && next(error));
  });
  router.get("/{*path}", (request, response, next) => {
    if (!isNavigation(request)) return next();
    setFresh(response);
    response.sendFile("index.html", { root: webRoot }, (error?: Error) => error && next(error));
  });
  return router;
}

const wallPage = "wall.html";

/** Names what the page of screens is made of: the hash of its first script, which every change of it changes. */
export function wallBuildOf(webRoot: string | null): string | null {
  const file = webRoot === null ? null : join(webRoot, wallPage);
  if (file === null || !existsSync(file)) return null;
  return /\/assets\/wall-([\w-]+)\.js/.exec(readFileSync(file, "utf8"))?.[1] ?? null;
}

const setFresh = (response: Pick<Response, "setHeader">): unknown => response.setHeader("Cache-Control", "no-cache");

/** A page the browser goes to: the app's own router decides what it shows. Files and API calls are not pages. */
const isNavigation = ({ path, headers }: Request): boolean =>
  !/^\/(api|socket\.io|docs|assets)(\/|$)/.test(path) &&
  !/\.[a-z0-9]+$/i.test(path) &&
  (path === "/" || (headers.accept ?? "").includes("text/html"));
