import type { Logger, PointId, Quality, Reading } from "@smart-park/core";

export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** A reading with defaults; tests name what matters to them. */
export const aReading = (pointId: string, observedAt: number, value: number, quality: Quality = "good"): Reading => ({
  pointId: pointId as PointId, // tests make their own ids
  observedAt,
  receivedAt: observedAt + 1000,
  value,
  quality,
});

export const contractPoints = Array.from({ length: 40 }, (_, i) => `killed-${i}.activePower` as PointId);
const instantsPerBatch = 10;
const firstInstant = Date.UTC(2026, 2, 1);

/** The instants and values of batch k, the same whoever asks: what a killed writer said can be checked afterwards. */
export const contractBatch = (batch: number): Reading[] =>
  contractPoints.flatMap((pointId, p) =>
    Array.from({ length: instantsPerBatch }, (_, i) => {
      const instant = batch * instantsPerBatch + i;
      return aReading(pointId, firstInstant + instant * 60_000, p * 1_000_000 + instant);
    }),
  );
