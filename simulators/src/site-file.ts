import { readFileSync } from "node:fs";
import type { SitePlan } from "@smart-park/core";
import { sitePlanRequest } from "@smart-park/core/wire";

/** The invented ground of the demo park; throws when the file does not fit its schema. */
export const readDemoSite = (): SitePlan =>
  sitePlanRequest.parse(JSON.parse(readFileSync(new URL("./parks/demo-site.json", import.meta.url), "utf8")));
