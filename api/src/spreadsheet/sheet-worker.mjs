// Reads one spreadsheet in a thread of its own, with a memory limit: a file made to blow up ends this thread and nothing
// else. Plain JavaScript, so that it starts the same way under Node, tsx, vitest and from a bundle. Only values are read:
// of a formula the result that was saved with it, of macros nothing.
import { parentPort, workerData } from "node:worker_threads";
import { parse } from "csv-parse/sync";
import { Unzip, UnzipInflate, zipSync } from "fflate";
import { readSheet } from "read-excel-file/universal";

/** @typedef {{ bytes: Uint8Array, isWorkbook: boolean, maxRows: number, maxUnpackedBytes: number }} Job */
/** @typedef {"unreadable" | "too_large"} Failure */

class Refusal extends Error {
  /** @param {Failure} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** Compressed data grows at most a thousandfold, so that a piece of this size is counted in time. */
const pieceBytes = 8 * 1024;

/** The parts of a workbook that hold values, unpacked and bounded; sizes that the file claims are not believed. @param {Job} job */
function unpack({ bytes, maxUnpackedBytes }) {
  /** @type {Map<string, Uint8Array[]>} */
  const files = new Map();
  let total = 0;
  const unzip = new Unzip((file) => {
    if (!/\.(xml|rels)$/.test(file.name)) return;
    /** @type {Uint8Array[]} */
    const pieces = [];
    files.set(file.name, pieces);
    file.ondata = (error, piece) => {
      if (error) throw error instanceof Refusal ? error : new Refusal("unreadable"); // what is thrown below comes back here
      total += piece.length;
      if (total > maxUnpackedBytes || files.size > 1000) throw new Refusal("too_large");
      pieces.push(piece.slice());
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  for (let at = 0; at < bytes.length; at += pieceBytes)
    unzip.push(bytes.subarray(at, at + pieceBytes), at + pieceBytes >= bytes.length);
  return Object.fromEntries([...files].map(([name, pieces]) => [name, new Uint8Array(Buffer.concat(pieces))]));
}

/** Cells of the first sheet. @param {Job} job */
const readWorkbook = (job) => readSheet(zipSync(unpack(job), { level: 0 }).buffer, { trim: false });

/** UTF-8, or GB 18030 as Chinese Excel writes CSV. @param {Uint8Array} bytes */
function toText(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030", { fatal: true }).decode(bytes);
  }
}

/** @param {Job} job @returns {string[][]} */
const readCsv = ({ bytes, maxRows }) =>
  parse(toText(bytes), {
    relax_column_count: true,
    // Not told by the first line: a sheet of one system, continued on another, has ends of both.
    record_delimiter: ["\r\n", "\n", "\r"],
    to: maxRows + 2,
    max_record_size: 100_000,
  });

/** @param {Job} job */
async function read(job) {
  const rows = await (job.isWorkbook ? readWorkbook(job) : readCsv(job));
  if (rows.length > job.maxRows + 1) throw new Refusal("too_large");
  return rows;
}

/** @type {Job} */
const job = workerData;
try {
  parentPort?.postMessage({ rows: await read(job) });
} catch (error) {
  parentPort?.postMessage({ failure: error instanceof Refusal ? error.code : "unreadable" });
}
