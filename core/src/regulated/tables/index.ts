import type { AnyRegulated } from "../regulated.ts";
import { carbonRecords } from "./carbon.ts";
import { powerFactorRecords } from "./power-factor.ts";
import { chinaHolidays } from "./holidays-china.ts";
import { hunanPriceRecords } from "./prices-hunan.ts";
import { standardCoalRecords } from "./standard-coal.ts";
import { hunanTimeOfUse } from "./time-of-use-hunan.ts";

/** What the product brings along. A park adds its own versions; nothing here is ever changed, only followed by a newer one. */
export const builtInRecords: readonly AnyRegulated[] = [
  ...standardCoalRecords,
  ...carbonRecords,
  ...hunanTimeOfUse,
  ...chinaHolidays,
  ...hunanPriceRecords,
  ...powerFactorRecords,
];
