export { startApi, type Api, type ApiStats } from "./start-api.ts";
export { createApp } from "./create-app.ts";
export { newOneTimePassword } from "./secrets.ts";
export { hashPassword } from "./passwords.ts";
export type { ApiConfig, ApiOptions, RateLimits, TlsFiles } from "./config.ts";
export type { ApiContext, ApiDeps } from "./context.ts";
