import type { WriterEvent } from "./worker-protocol.ts";
import type { EmbeddedWriter } from "./writer.ts";

/** Longest time that sealing holds up an append, without the commit. */
const sliceMs = 40;
/** Hot rows older than this are sealed even when they are few. */
const maxHotAgeMs = 10 * 60_000;
/** Appends wait for sealing when the rows beside the frozen ones reach this multiple of the usual. */
const hardLimit = 4;
const pauseAfterFailureMs = 5_000;

/**
 * Moves hot rows into chunks in short transactions between appends. When it runs never changes what is read, so a
 * failure (a full disk) is reported and tried again later.
 */
export function startSealing(
  writer: EmbeddedWriter,
  { maxHotRows, onEvent }: { maxHotRows: number; onEvent: (event: WriterEvent) => void },
): { makeRoom(): void; consider(): void; stop(): void } {
  let slice: NodeJS.Immediate | undefined;
  let retry: NodeJS.Timeout | undefined;

  const freeze = (): void => {
    writer.freeze();
    onEvent({ kind: "frozen" });
  };
  const seal = (): void => {
    if (writer.sealSome(sliceMs)) onEvent({ kind: "sealed" });
  };
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      onEvent({ kind: "failed", reason: error instanceof Error ? error.message : String(error) });
      retry ??= setTimeout(() => {
        retry = undefined;
        consider();
      }, pauseAfterFailureMs);
    }
  };
  const consider = (): void => {
    if (slice !== undefined || retry !== undefined) return;
    if (!writer.isSealing && writer.hotRows >= maxHotRows) attempt(freeze);
    if (writer.isSealing) slice = setImmediate(nextSlice);
  };
  const nextSlice = (): void => {
    slice = undefined;
    attempt(seal);
    consider();
  };
  const onAge = (): void => {
    if (!writer.isSealing && writer.hotRows > 0) attempt(freeze);
    consider();
  };
  const ageTimer = setInterval(onAge, maxHotAgeMs);
  consider();

  return {
    makeRoom() {
      while (writer.isSealing && writer.hotRows >= hardLimit * maxHotRows && retry === undefined) attempt(seal);
    },
    consider,
    stop() {
      clearInterval(ageTimer);
      clearTimeout(retry);
      if (slice !== undefined) clearImmediate(slice);
    },
  };
}
