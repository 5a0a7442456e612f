import { whenShown } from "../ui/when-shown.tsx";

// Views of pages that show one of several at a time.
export const AdviceView = whenShown(async () => (await import("./advice-view.tsx")).AdviceView);
export const AgreementsView = whenShown(async () => (await import("./agreements-view.tsx")).AgreementsView);
export const BillView = whenShown(async () => (await import("./bill-view.tsx")).BillView);
export const CarbonView = whenShown(async () => (await import("./carbon-view.tsx")).CarbonView);
export const ClosingView = whenShown(async () => (await import("./closing-view.tsx")).ClosingView);
export const CompareView = whenShown(async () => (await import("./compare-view.tsx")).CompareView);
export const ComparisonView = whenShown(async () => (await import("./comparison-view.tsx")).ComparisonView);
export const DemandView = whenShown(async () => (await import("./demand-view.tsx")).DemandView);
export const EmissionsView = whenShown(async () => (await import("./emissions-view.tsx")).EmissionsView);
export const FlowView = whenShown(async () => (await import("./flow-view.tsx")).FlowView);
export const HeatView = whenShown(async () => (await import("./heat-view.tsx")).HeatView);
export const InputsView = whenShown(async () => (await import("./inputs-view.tsx")).InputsView);
export const LeaksView = whenShown(async () => (await import("./water-view.tsx")).LeaksView);
export const NightFlowView = whenShown(async () => (await import("./water-view.tsx")).NightFlowView);
export const OutletChoice = whenShown(async () => (await import("./emissions-view.tsx")).OutletChoice, null);
export const QuotaEntries = whenShown(async () => (await import("./quota-entries.tsx")).QuotaEntries);
export const QuotaView = whenShown(async () => (await import("./quota-view.tsx")).QuotaView);
export const RankView = whenShown(async () => (await import("./rank-view.tsx")).RankView);
export const RenewablesView = whenShown(async () => (await import("./renewables-view.tsx")).RenewablesView);
export const StandardCoalView = whenShown(async () => (await import("./carbon-view.tsx")).StandardCoalView);
export const TouView = whenShown(async () => (await import("./tou-view.tsx")).TouView);
export const WaterUseView = whenShown(async () => (await import("./water-view.tsx")).WaterUseView);
