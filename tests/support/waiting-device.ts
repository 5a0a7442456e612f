import type { DeviceId } from "@smart-park/core";
import type { ApiUnderTest } from "./api-under-test.ts";

/** A device that nobody knows has sent its first message: as ingest keeps it, `sequence` beyond what was committed before. */
export function addWaitingDevice({ ledger, clock }: ApiUnderTest, id: DeviceId, sequence: number): Promise<void> {
  return ledger.commit({
    position: { journalId: "j", sequence, segment: 1, offset: sequence },
    quarantined: [
      {
        ...{ source: "waiting", enterpriseId: null, deviceId: id, receivedAt: clock.now() },
        ...{ reason: "unapproved_device", detail: "", count: 1 },
        topic: `park/${id}/x/telemetry`,
        payload: new TextEncoder().encode(id),
      },
    ],
    ...{
      books: [],
      alerts: [],
      ruleStates: [],
      heard: [],
      audits: [],
      commandNews: [],
      clock: { upMs: 0, lastTickAt: null },
    },
  });
}
