import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { minutes } from "@smart-park/core";
import {
  endProgress,
  platformAddress,
  platformHelp,
  platformOptions,
  progress,
  UsageError,
  type PlatformAddress,
} from "../command-line.ts";
import { Gateway } from "../gateway.ts";
import { ParkClient } from "../park-client.ts";
import { ensureDevice, ensureMeter, type Target } from "../target.ts";
import { runScenario } from "./run-scenario.ts";
import type { Scenario, ScenarioPlan } from "./scenario.ts";

export const scenarioHelp = `${platformHelp}
  --enterprise ID       default sim; made when missing
  --meter ID            default sim-<scenario>; made when missing
  --device ID --secret S  publish as this device; then no token is needed
  --seed N              default 1; the same seed sends the same
  --speed N             waits of a scenario shrink N times (default 1)
  --truth FILE          write what was sent, what is true and what a correct platform makes of it (JSON)`;

const options = {
  ...platformOptions,
  enterprise: { type: "string", default: "sim" },
  meter: { type: "string" },
  device: { type: "string" },
  secret: { type: "string" },
  seed: { type: "string", default: "1" },
  speed: { type: "string", default: "1" },
  truth: { type: "string" },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

/** `npm run sim -- <scenario> …`: makes what is missing, sends the plan, writes the truth. */
export async function scenarioCommand(scenario: Scenario, args: readonly string[], signal: AbortSignal): Promise<void> {
  const { values } = parseArgs({ args: [...args], options });
  const seed = numberOf("--seed", values.seed);
  const speed = numberOf("--speed", values.speed);
  if (speed <= 0) throw new UsageError("--speed is above 0.");
  const address = platformAddress(values);
  if (address.mqttUrl === null) throw new UsageError("Say where the broker is with --mqtt.");
  const target: Target = { enterpriseId: values.enterprise, meterId: values.meter ?? `sim-${scenario.name}` };
  const clock = { now: Date.now };
  const now = Math.floor(clock.now() / minutes(1)) * minutes(1);
  const plan = scenario.plan({ seed, now });
  const { deviceId, secret } = await identity({ address, values, target, plan, scenario, signal });
  const gateway = new Gateway({ mqttUrl: address.mqttUrl, deviceId, secret, dialect: "park" });
  try {
    await gateway.connected(signal);
    const onProgress = (done: number, of: number): void => progress(`${done} of ${of} messages`);
    const sent = await runScenario(plan, { gateway, target, speed, clock, signal, onProgress });
    endProgress();
    const { faults, trueConsumption, quarantined = {} } = plan;
    const truth = { scenario: scenario.name, seed, ...target, ...sent, trueConsumption, quarantined, faults };
    if (values.truth !== undefined) await writeFile(values.truth, `${JSON.stringify(truth, null, 2)}\n`);
    process.stdout.write(summaryOf(truth));
  } finally {
    await gateway.close();
  }
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new UsageError(`${option} is a number, not "${text}".`);
  return value;
}

interface IdentityContext {
  readonly address: PlatformAddress;
  readonly values: Values;
  readonly target: Target;
  readonly plan: ScenarioPlan;
  readonly scenario: Scenario;
  readonly signal: AbortSignal;
}

/** The given device, or one made for the purpose together with its meter. */
async function identity(context: IdentityContext): Promise<{ deviceId: string; secret: string }> {
  const { address, values, target, plan, scenario, signal } = context;
  const deviceId = values.device ?? `gw-${target.meterId}`.slice(0, 48);
  if (address.auth === null) {
    if (values.secret === undefined) throw new UsageError("Give --device and --secret, or a --token to make them.");
    return { deviceId, secret: values.secret };
  }
  const client = new ParkClient(address.apiUrl, address.auth, signal);
  const { meterKind: kind, intervalS } = plan;
  const points = [...plan.points];
  const meter = {
    id: target.meterId,
    name: `模拟表计 ${scenario.name}`,
    enterpriseId: target.enterpriseId,
    kind,
    intervalS,
    points,
  };
  await ensureMeter(client, { ...meter, dataSource: `模型: ${scenario.name}` }, "模拟企业");
  return { deviceId, secret: values.secret ?? (await ensureDevice(client, deviceId, target)) };
}

function summaryOf(truth: {
  scenario: string;
  meterId: string;
  enterpriseId: string;
  messages: number;
  values: number;
  distinct: number;
  trueConsumption: Readonly<Record<string, number>>;
  faults: readonly { kind: string; detail: string; expected: string }[];
}): string {
  const lines = [
    `${truth.scenario} → meter ${truth.meterId} of enterprise ${truth.enterpriseId}`,
    `messages ${truth.messages}, values ${truth.values}, different readings ${truth.distinct}, all acknowledged`,
  ];
  for (const [quantity, amount] of Object.entries(truth.trueConsumption))
    lines.push(`true consumption ${quantity}: ${amount}`);
  for (const fault of truth.faults) lines.push(`${fault.kind}: ${fault.detail} → ${fault.expected}`);
  return `${lines.join("\n")}\n`;
}
