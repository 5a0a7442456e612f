import type { Route } from "../define-route.ts";
import { activityInputSheetRoutes } from "./activity-input-sheets.ts";
import { activityInputRoutes } from "./activity-inputs.ts";
import { alertPhotoRoutes } from "./alert-photos.ts";
import { alertRuleRoutes } from "./alert-rules.ts";
import { annotationRoutes } from "./annotations.ts";
import { anomalyRoutes } from "./anomalies.ts";
import { alertRoutes } from "./alerts.ts";
import { bookRoutes } from "./books.ts";
import { channelRoutes } from "./channels.ts";
import { commandRoutes } from "./commands.ts";
import { complianceRoutes } from "./compliance.ts";
import { deliveryRoutes } from "./deliveries.ts";
import { deviceImportRoutes } from "./device-imports.ts";
import { deviceRoutes } from "./devices.ts";
import { emissionFigureRoutes } from "./emission-figures.ts";
import { electricityRoutes } from "./electricity.ts";
import { enterpriseRoutes } from "./enterprises.ts";
import { energyCarbonRoutes } from "./energy-carbon.ts";
import { figureRoutes } from "./figures.ts";
import { healthDetailRoutes, healthRoutes } from "./health.ts";
import { importRoutes } from "./import.ts";
import { inputChangeRoutes } from "./input-changes.ts";
import { liveRoutes } from "./live.ts";
import { inspectionRoutes } from "./inspections.ts";
import { maintenanceWindowRoutes } from "./maintenance-windows.ts";
import { messageRoutes } from "./messages.ts";
import { meterRowRoutes } from "./meter-rows.ts";
import { meterRoutes } from "./meters.ts";
import { monthClosingRoutes } from "./month-closings.ts";
import { onboardingRoutes } from "./onboarding.ts";
import { overviewRoutes } from "./overview.ts";
import { quantityRoutes } from "./quantities.ts";
import { quotaRoutes } from "./quotas.ts";
import { readingRoutes } from "./readings.ts";
import { renewablesRoutes } from "./renewables.ts";
import { registerChangeRoutes } from "./register-changes.ts";
import { regulatedRoutes } from "./regulated.ts";
import { savedViewRoutes } from "./saved-views.ts";
import { serviceRoutes } from "./services.ts";
import { sessionRoutes } from "./session.ts";
import { settlementMeterRoutes } from "./settlement-meters.ts";
import { sitePlanRoutes } from "./site-plan.ts";
import { supplierBillSheetRoutes } from "./supplier-bill-sheets.ts";
import { supplierBillRoutes } from "./supplier-bills.ts";
import { tariffContractRoutes } from "./tariff-contracts.ts";
import { subscriptionRoutes } from "./subscriptions.ts";
import { telemetryRoutes } from "./telemetry.ts";
import { tokenRoutes } from "./tokens.ts";
import { userRoutes } from "./users.ts";
import { waterFigureRoutes } from "./water-figures.ts";
import { virtualMeterRoutes } from "./virtual-meters.ts";
import { wallRoutes } from "./walls.ts";
import { watchTargetRoutes } from "./watch-targets.ts";

/** Every route there is, in the order of the documentation. */
export const allRoutes: readonly Route[] = [
  ...sessionRoutes,
  ...overviewRoutes,
  ...liveRoutes,
  ...readingRoutes,
  ...figureRoutes,
  ...meterRowRoutes,
  ...anomalyRoutes,
  ...waterFigureRoutes,
  ...emissionFigureRoutes,
  ...renewablesRoutes,
  ...energyCarbonRoutes,
  ...telemetryRoutes,
  ...importRoutes,
  ...alertRoutes,
  ...alertPhotoRoutes,
  ...alertRuleRoutes,
  ...maintenanceWindowRoutes,
  ...inspectionRoutes,
  ...annotationRoutes,
  ...savedViewRoutes,
  ...watchTargetRoutes,
  ...channelRoutes,
  ...subscriptionRoutes,
  ...deliveryRoutes,
  ...enterpriseRoutes,
  ...electricityRoutes,
  ...monthClosingRoutes,
  ...meterRoutes,
  ...sitePlanRoutes,
  ...messageRoutes,
  ...deviceImportRoutes,
  ...deviceRoutes,
  ...commandRoutes,
  ...onboardingRoutes,
  ...serviceRoutes,
  ...registerChangeRoutes,
  ...regulatedRoutes,
  ...tariffContractRoutes,
  ...settlementMeterRoutes,
  ...virtualMeterRoutes,
  ...supplierBillRoutes,
  ...supplierBillSheetRoutes,
  ...activityInputRoutes,
  ...activityInputSheetRoutes,
  ...quotaRoutes,
  ...inputChangeRoutes,
  ...quantityRoutes,
  ...bookRoutes,
  ...userRoutes,
  ...complianceRoutes,
  ...tokenRoutes,
  ...wallRoutes,
  ...healthRoutes,
  ...healthDetailRoutes,
];
