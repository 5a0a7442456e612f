import { existsSync, readFileSync, realpathSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { ParkError } from "@smart-park/core";
import express, { Router, type Request, type RequestHandler, type Response } from "express";

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
  router.use(refuseLinksOut(webRoot));
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

/** A link that leads out of the folder is a file that is not there, whoever put it in. */
function refuseLinksOut(webRoot: string): RequestHandler {
  const root = realpathSync(webRoot) + sep;
  return (request, _response, next) => {
    void isInside(root, request.path).then((isIn) => (isIn ? next() : next(new ParkError("not_found"))));
  };
}

/** What is not there at all is left to who looks for it. */
async function isInside(root: string, path: string): Promise<boolean> {
  try {
    return ((await realpath(join(root, decodeURIComponent(path)))) + sep).startsWith(root);
  } catch {
    return true;
  }
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
