import type { FigureInputs } from "@smart-park/core";
import type { RegistryContext } from "../registry-context.ts";
import { activityInputQueries } from "./activity-inputs.ts";
import { monthClosingQueries } from "./month-closings.ts";
import { quotaQueries } from "./quotas.ts";
import { registerChangeQueries } from "./register-changes.ts";
import { regulatedQueries } from "./regulated.ts";
import { settlementQueries } from "./settlement-meters.ts";
import { supplierBillQueries } from "./supplier-bills.ts";
import { tariffContractQueries } from "./tariff-contracts.ts";
import { virtualMeterQueries } from "./virtual-meters.ts";

export const figureInputQueries = (context: RegistryContext): FigureInputs => ({
  ...regulatedQueries(context),
  ...tariffContractQueries(context),
  ...settlementQueries(context),
  ...supplierBillQueries(context),
  ...activityInputQueries(context),
  ...quotaQueries(context),
  ...virtualMeterQueries(context),
  ...registerChangeQueries(context),
  ...monthClosingQueries(context),
});
