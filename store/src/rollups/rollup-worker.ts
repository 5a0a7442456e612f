import { renameSync } from "node:fs";
import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import { answer, isDamage } from "../threads/answer.ts";
import type { CallMessage, FromWorker, ToWorker } from "../threads/worker-calls.ts";
import type { RollupCalls, RollupThreadData } from "./rollup-calls.ts";
import { RollupFile } from "./rollup-file.ts";

/** The thread that keeps the roll-ups. */
if (parentPort !== null) run(parentPort, workerData as RollupThreadData); // given by the opener, in the same program

function run(port: MessagePort, data: RollupThreadData): void {
  const file = open(data);
  const send = (message: FromWorker<null, never>): void => port.postMessage(message);
  send({ ready: null });
  port.on("message", (message: ToWorker<RollupCalls>) => {
    if (message === null) {
      file.close();
      port.close();
    } else answer(send, message, (one) => call(file, one));
  });
}

/** Roll-ups can be worked out again, so a damaged file is set aside rather than keeping the program from starting. */
function open({ path, zone }: RollupThreadData): RollupFile {
  try {
    return new RollupFile(path, zone);
  } catch (error) {
    if (!isDamage(error)) throw error;
    renameSync(path, `${path}.damaged`);
    return new RollupFile(path, zone);
  }
}

function call(file: RollupFile, message: CallMessage<RollupCalls>): unknown {
  switch (message.kind) {
    case "states":
      return file.states();
    case "dirty":
      return file.dirty();
    case "mark":
      file.mark(message.request);
      return null;
    case "write":
      file.write(message.request);
      return null;
    case "read":
      return file.read(message.request);
  }
}
