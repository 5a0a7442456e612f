import { systemPrincipal, type EnterpriseId, type Logger } from "@smart-park/core";
import { dataFolderOf } from "@smart-park/platform";
import { openRegistry } from "@smart-park/store";
import { registerDevices, type LoadDevice } from "../support/load-devices.ts";
import { enterpriseCount, enterpriseOf, meterCount, ruleAt } from "./alert-plan.ts";

const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

const subscription = {
  owner: { role: "parkManager" },
  address: "",
  severities: ["P1", "P2", "P3", "P4"],
  enterpriseIds: null,
  quietHours: null,
  wantsCleared: false,
  escalateAfterMinutes: null,
  isEnabled: true,
} as const;

/** The park of the plan in a data folder in which nothing runs yet: with rules, and a webhook for each enterprise. */
export function preparePark(
  dataDirectory: string,
  gateways: readonly LoadDevice[],
  { hasRules, receiverPort }: { hasRules: boolean; receiverPort: number | null },
): void {
  registerDevices(dataDirectory, gateways, ["activePower", "activeEnergyImport", "powerFactor"]);
  const { registryFile: file, secretKeyFile } = dataFolderOf(dataDirectory);
  const clock = { now: () => Date.now() };
  const { registry, stop } = openRegistry({ file, secretKeyFile, clock, logger: silent });
  const audit = { at: clock.now(), actor: "load", address: "" };
  if (hasRules)
    for (let place = 0; place < meterCount; place++)
      registry.createRule(systemPrincipal, ruleAt(gateways, place), audit);
  for (let n = 0; receiverPort !== null && n < enterpriseCount; n++) {
    const enterpriseId = enterpriseOf(n) as EnterpriseId;
    const secrets = { url: `http://127.0.0.1:${receiverPort}/${enterpriseId}`, signingKey: "signing-key-of-the-bench" };
    const settings = { kind: "webhook", host: "127.0.0.1" } as const;
    const channel = { id: enterpriseId, name: enterpriseId, enterpriseId, language: "zh", isEnabled: true } as const;
    registry.createChannel(systemPrincipal, { ...channel, settings, secrets }, audit);
    registry.createSubscription(systemPrincipal, { ...subscription, channelId: enterpriseId }, audit);
  }
  void stop();
}
