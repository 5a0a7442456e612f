export * from "./formula-safe.ts";
export * from "./park.ts";
export * from "./quantity.ts";
export * from "./units.ts";
export * from "./reading.ts";
export * from "./time.ts";
export * from "./principal.ts";
export * from "./errors.ts";
export * from "./duration-histogram.ts";
export * from "./group-by.ts";
export * from "./network.ts";
export * from "./stop-stack.ts";

export * from "./compliance/sign-in-policy.ts";
export * from "./compliance/compliance-rules.ts";

export * from "./ports/journal-record.ts";
export * from "./ports/ports.ts";
export * from "./ports/registry.ts";
export * from "./ports/onboarding.ts";
export * from "./ports/commands.ts";
export * from "./ports/inspections.ts";
export * from "./ports/walls.ts";
export * from "./ports/site-plans.ts";
export * from "./ports/annotations.ts";
export * from "./ports/saved-views.ts";
export * from "./ports/figure-inputs.ts";
export * from "./ports/notifications.ts";
export * from "./ports/alert-lifecycle.ts";

export * from "./consumption/consumption.ts";
export * from "./consumption/gas-state.ts";
export * from "./consumption/multiplier.ts";
export * from "./consumption/anomalies.ts";
export * from "./consumption/anomaly-effort.ts";
export * from "./consumption/parts.ts";
export * from "./consumption/aggregate.ts";
export * from "./consumption/rollup.ts";
export * from "./consumption/energy-span.ts";
export * from "./consumption/demand.ts";
export * from "./consumption/register-account.ts";
export * from "./consumption/virtual-meter.ts";

export * from "./alerts/watch-state.ts";
export * from "./alerts/alert-rule.ts";
export * from "./alerts/figure-rule.ts";
export * from "./alerts/point-cover.ts";
export * from "./alerts/rule-templates.ts";
export * from "./alerts/excess.ts";
export * from "./alerts/alert.ts";
export * from "./alerts/alert-groups.ts";
export * from "./alerts/limit-behind.ts";
export * from "./alerts/rule-facts.ts";
export * from "./alerts/schedule.ts";
export * from "./alerts/rule-memory.ts";
export * from "./alerts/linked-rule.ts";
export * from "./alerts/running-threshold.ts";
export type { Tick } from "./alerts/data-quality.ts";
export * from "./alerts/step-rule.ts";
export * from "./alerts/acknowledgement.ts";
export * from "./alerts/shelving.ts";
export * from "./alerts/suitable-point.ts";
export { moreLearnt } from "./alerts/usual-value.ts";
export * from "./alerts/alert-unit.ts";
export * from "./alerts/rule-history.ts";
export * from "./alerts/late-windows.ts";

export * from "./commands/command.ts";

export * from "./inspections/inspection.ts";
export * from "./walls/wall.ts";
export * from "./site/site-plan.ts";
export * from "./annotations/annotation.ts";
export * from "./saved-views/saved-view.ts";

export * from "./notifications/channel.ts";
export * from "./notifications/delivery-states.ts";
export * from "./notifications/notice.ts";
export * from "./notifications/subscription.ts";
export * from "./notifications/retry.ts";
export * from "./notifications/flood.ts";

export * from "./emissions/hourly-mean.ts";
export * from "./emissions/daily-mean.ts";
export * from "./emissions/oxygen-correction.ts";
export * from "./emissions/rounding.ts";
export * from "./emissions/limit-verdict.ts";

export * from "./regulated/index.ts";
export * from "./electricity/index.ts";

export * from "./water/leak-advice.ts";
export type { LeakEvent } from "./water/leak-events.ts";
export type { DayType } from "./water/night-expectation.ts";
export * from "./water/night-judge.ts";
export * from "./water/night-flow.ts";
export * from "./water/water-figures.ts";

export * from "./figures/figure.ts";
export * from "./figures/hierarchy.ts";
export * from "./figures/meter-tree.ts";
export * from "./figures/settlement.ts";
export * from "./figures/settled-meters.ts";
export * from "./figures/use-groups.ts";
export * from "./figures/group-use.ts";
export * from "./figures/balance.ts";
export * from "./figures/canonical-json.ts";
export * from "./figures/signed-month.ts";
export * from "./figures/comparison.ts";
export * from "./figures/compared-side.ts";
export * from "./figures/calendar-alignment.ts";
export * from "./figures/quota.ts";
export * from "./figures/quota-units.ts";
export * from "./figures/standard-coal.ts";
export * from "./figures/carbon.ts";
export * from "./figures/carriers.ts";
export * from "./figures/handed-over.ts";
export * from "./figures/made-inside.ts";
