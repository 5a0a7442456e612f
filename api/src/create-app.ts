import { randomUUID } from "node:crypto";
import { ParkError } from "@smart-park/core";
import compression from "compression";
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from "express";
import helmet from "helmet";
import { maxUrlLength } from "./config.ts";
import type { ApiContext } from "./context.ts";
import type { Route } from "./define-route.ts";
import { docsPage, docsStyle } from "./docs-page.ts";
import { apiPrefix, checkRoutes, toOpenApi } from "./openapi.ts";
import { allRoutes } from "./routes/index.ts";
import { healthRoutes } from "./routes/health.ts";
import { answerError, serveRoute } from "./serve-route.ts";
import { webAppRoutes } from "./web-app.ts";

/** The Express app without a port: declared routes, their documentation, and the web app. */
export function createApp(context: ApiContext): Express {
  checkRoutes(allRoutes);
  const app = express();
  app.disable("x-powered-by");
  // Only the real peer counts: nobody names another address by a header.
  app.set("trust proxy", false);
  app.use(securityHeaders(context.config.tls !== null), countAnswers(context), refuseLongUrls, compression());
  app.use(apiPrefix, (_request, response, next) => {
    response.setHeader("Cache-Control", "no-store");
    next();
  });
  mount(app, context, apiPrefix, allRoutes);
  mount(app, context, "", healthRoutes);
  refuseUndeclared(app);
  mountDocs(app);
  app.use(webAppRoutes(context.config.webRoot));
  app.use(() => {
    throw new ParkError("not_found");
  });
  app.use(answerErrors(context));
  return app;
}

function mount(app: Express, context: ApiContext, prefix: string, routes: readonly Route[]): void {
  for (const route of routes) {
    app[route.method](prefix + toExpressPath(route.path), serveRoute(context, route));
  }
}

/** Whatever answers below the API has declared who may call it and what it takes; anything else does not start. */
function refuseUndeclared(app: Express): void {
  const declared = new Set([...withPrefix(apiPrefix, allRoutes), ...withPrefix("", healthRoutes)]);
  const served = app.router.stack.flatMap(({ route }) => (route === undefined ? [] : [route.path]));
  const undeclared = served.find((path) => !declared.has(path));
  if (undeclared !== undefined) throw new ParkError("internal", `the route ${undeclared} is not declared`);
}

const toExpressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");
const withPrefix = (prefix: string, routes: readonly Route[]): string[] =>
  routes.map(({ path }) => prefix + toExpressPath(path));

/** Made when they are first asked for: to describe all routes takes as long as the rest of a start. */
const document = madeOnce(() => JSON.stringify(toOpenApi(allRoutes)));
const page = madeOnce(() => docsPage(allRoutes));

function madeOnce(make: () => string): () => string {
  let made: string | null = null;
  return () => (made ??= make());
}

function mountDocs(app: Express): void {
  app.get(`${apiPrefix}/openapi.json`, (_request, response) => void response.type("json").send(document()));
  app.get("/docs", (_request, response) => void response.type("html").send(page()));
  app.get("/docs/style.css", (_request, response) => void response.type("css").send(docsStyle));
}

/** Scripts, styles and connections only from here; no frame around us; HTTPS for good where there is TLS. */
function securityHeaders(isSecure: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: "deny" },
    referrerPolicy: { policy: "no-referrer" },
    strictTransportSecurity: isSecure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
}

const countAnswers =
  ({ requests }: ApiContext): RequestHandler =>
  (_request, response, next) => {
    const startedAt = performance.now();
    response.on("finish", () => requests.add(response.statusCode, performance.now() - startedAt));
    next();
  };

const refuseLongUrls: RequestHandler = (request, _response, next) => {
  if (request.url.length > maxUrlLength) throw new ParkError("uri_too_long");
  next();
};

const answerErrors =
  (context: ApiContext): ErrorRequestHandler =>
  (error: unknown, request, response, next) => {
    if (response.headersSent) next(error);
    else answerError({ context, request, response, requestId: randomUUID(), error });
  };
