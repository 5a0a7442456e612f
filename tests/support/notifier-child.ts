import { openRegistry } from "@smart-park/store";
import { createSender, parseAllowList, startNotifier } from "@smart-park/notify";
import { ParkTime, type DeliveryLedger, type SendMessage } from "@smart-park/core";

/** Child process: the delivery worker over a registry, told before which step to die. */
export const notifierSteps = ["plan", "planned", "fix", "fixed", "send", "sent", "record", "recorded"] as const;
export type NotifierStep = (typeof notifierSteps)[number];
export interface NotifierOrder {
  readonly file: string;
  readonly secretKeyFile: string;
  readonly dieAt: NotifierStep | null;
  /** How far this process's clock is from the true one. */
  readonly clockOffsetMs: number;
  /** How long a receiver may take to answer. */
  readonly totalMs: number;
}

const order = JSON.parse(process.argv[2] ?? "{}") as NotifierOrder;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const clock = { now: () => Date.now() + order.clockOffsetMs };
const database = openRegistry({ ...order, clock, logger: silent });

/** As a power cut for this process: nothing that comes after is run. */
function pass(step: NotifierStep): void {
  if (order.dieAt === step) process.kill(process.pid, "SIGKILL");
}
function around<T>(before: NotifierStep, after: NotifierStep, work: () => T): T {
  pass(before);
  const result = work();
  pass(after);
  return result;
}

const real = database.deliveries;
const tell = (): void => void process.send?.({ waiting: real.counts(clock.now()).waiting });
const ledger: DeliveryLedger = {
  ...real,
  plan: (...given) => around("plan", "planned", () => real.plan(...given)),
  fix: (ids) => around("fix", "fixed", () => real.fix(ids)),
  record: (...given) => {
    around("record", "recorded", () => real.record(...given));
    tell();
  },
};
const sender = createSender({
  resolve: async () => ["127.0.0.1"],
  allow: parseAllowList(["127.0.0.1"]),
  clock,
  timeouts: { connectMs: order.totalMs, totalMs: order.totalMs },
  catalog: database.registry,
  time: new ParkTime("Asia/Shanghai"),
  publish: async () => false,
});
const send: SendMessage = async (...given) => {
  pass("send");
  const result = await sender(...given);
  pass("sent");
  return result;
};
// Policies of the product in a time that a test can wait for.
const options = {
  timeZone: "Asia/Shanghai",
  flood: { limit: 20, windowMs: 1, urgentMs: 1 },
  retry: { firstMs: 5, longestMs: 20, maxAttempts: 1000, giveUpAfterMs: 86_400_000, leastAttempts: 5 },
  lookMs: 5,
};
startNotifier(options, { ledger, send, wakeUp: () => () => undefined, clock, logger: silent });
tell();
process.once("disconnect", () => process.exit(0));
