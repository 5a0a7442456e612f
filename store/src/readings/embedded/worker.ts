import { parentPort, workerData, type MessagePort } from "node:worker_threads";
import type { Series } from "@smart-park/core";
import { EmbeddedReader } from "./reader.ts";
import { startSealing } from "./sealing.ts";
import { answer } from "../../threads/answer.ts";
import type { CallMessage, FromWorker, ToWorker } from "../../threads/worker-calls.ts";
import type { ReaderCalls, WorkerData, WriterCalls, WriterEvent, WriterReady } from "./worker-protocol.ts";
import { EmbeddedWriter } from "./writer.ts";

/** The entry of the store's threads: one writes and seals, one reads. */
if (parentPort !== null) {
  const data = workerData as WorkerData; // given by the opener, in the same program
  if (data.role === "writer") runWriter(parentPort, data);
  else runReader(parentPort, data);
}

function runWriter(port: MessagePort, { path, maxHotRows }: WorkerData): void {
  const send = (message: FromWorker<WriterReady, WriterEvent>): void => port.postMessage(message);
  const sendEvent = (event: WriterEvent): void => send({ event });
  const writer = new EmbeddedWriter(path, (pt, day) => sendEvent({ kind: "damaged", pt, day }));
  send({ ready: writer.load() });
  const sealing = startSealing(writer, { maxHotRows, onEvent: sendEvent });
  port.on("message", (message: ToWorker<WriterCalls>) => {
    if (message === null) {
      sealing.stop();
      writer.close();
      port.close();
      return;
    }
    answer(send, message, (call) => callWriter(writer, sealing, call));
    // After the answer: rows are frozen only once the opener's thread knows them.
    sealing.consider();
  });
}

function callWriter(
  writer: EmbeddedWriter,
  sealing: ReturnType<typeof startSealing>,
  message: CallMessage<WriterCalls>,
): unknown {
  switch (message.kind) {
    case "append":
      sealing.makeRoom();
      return writer.append(message.request);
    case "remove":
      return writer.remove(message.request.pointId, message.request.from, message.request.to);
    case "ping":
      return null;
  }
}

function runReader(port: MessagePort, { path }: WorkerData): void {
  const reader = new EmbeddedReader(path);
  const send = (message: FromWorker<null, never>): void => port.postMessage(message);
  send({ ready: null });
  port.on("message", (message: ToWorker<ReaderCalls>) => {
    if (message === null) {
      reader.close();
      port.close();
    } else answer(send, message, (call) => callReader(reader, call));
  });
}

const callReader = (reader: EmbeddedReader, message: CallMessage<ReaderCalls>): unknown =>
  message.kind === "read" ? compact(reader.read(message.request)) : reader.replaced(message.request);

/** A view would be sent with all the memory behind it. */
const compact = ({ at, value, quality }: Series): Series => ({
  at: at.slice(),
  value: value.slice(),
  quality: quality.slice(),
});
