import {
  tickIntervalMs,
  type DeviceId,
  type EnterpriseId,
  type JournalRecord,
  type Stoppable,
  type TickPayload,
} from "@smart-park/core";
import type { EdgeDeps } from "./config.ts";
import type { RefusalCounter } from "./refusals.ts";

/** So that a journal that can be written again is noticed soon, also when nobody sends anything. */
const tryAgainMs = 1000;

/**
 * Journals at once and every 10 s that edge was up, and what it refused since: silence and the books are counted from
 * these, so a replay gives the same alerts and figures. The first one says that edge started. What could not be journaled
 * is tried again after a second.
 */
export function startTicks({ journal, clock, logger }: EdgeDeps, refusals: RefusalCounter): Stoppable {
  let again: NodeJS.Timeout | undefined;
  let isStopped = false;
  let isStart = true;
  const tick = async (): Promise<void> => {
    clearTimeout(again);
    const taken = refusals.take();
    try {
      await journal.append(toTick(clock.now(), { refused: Object.fromEntries(taken), ...(isStart && { isStart }) }));
      isStart = false;
    } catch (error) {
      refusals.giveBack(taken);
      logger.debug({ error: String(error) }, "a tick could not be journaled");
      clearTimeout(again);
      if (!isStopped) again = setTimeout(() => void tick(), tryAgainMs);
    }
  };
  const first = tick();
  const timer = setInterval(() => void tick(), tickIntervalMs);
  return {
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await first;
      await tick();
    },
  };
}

function toTick(receivedAt: number, payload: TickPayload): JournalRecord {
  return {
    source: "tick",
    receivedAt,
    // Ticks have no sender and no owner.
    sender: "" as DeviceId,
    enterpriseId: "" as EnterpriseId,
    topic: "",
    payload: Buffer.from(JSON.stringify(payload)),
  };
}
