export { hj212Crc } from "./crc16.ts";
export {
  commands as hj212Commands,
  isStationNumber,
  isStationPassword,
  parseDataTime,
  readItems,
  toAnswer,
  toDataTime,
  wantsAnswer,
  type DataItem,
  type Hj212Message,
} from "./data-segment.ts";
export { factorOf, type Factor } from "./factors.ts";
export { encodeFrame, readFrame, type FrameFault } from "./frame.ts";
export { FrameSplitter, type Split } from "./frame-splitter.ts";
export { hj212Limits } from "./limits.ts";
