// Reads one spreadsheet in a process of its own, with a memory limit: a file made to blow up ends this process and nothing
// else. A thread would not do, for one that runs out of memory takes its whole process along. Plain JavaScript, so that it
// starts the same way under Node, tsx, vitest and from a bundle. Only values are read: of a formula the result that was
// saved with it, of macros nothing.

/** @typedef {{ bytes: Uint8Array, isWorkbook: boolean, maxRows: number, maxCells: number, maxUnpackedBytes: number }} Job */
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
async function unpack({ bytes, maxUnpackedBytes }) {
  const { Unzip, UnzipInflate, zipSync } = await import("fflate");
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
  const unpacked = [...files].map(([name, pieces]) => [name, new Uint8Array(Buffer.concat(pieces))]);
  return zipSync(Object.fromEntries(unpacked), { level: 0 }).buffer;
}

/** Cells of the first sheet. @param {Job} job */
async function readWorkbook(job) {
  const { readSheet } = await import("read-excel-file/universal");
  return readSheet(await unpack(job), { trim: false });
}

/** UTF-8, or GB 18030 as Chinese Excel writes CSV. @param {Uint8Array} bytes */
function toText(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030", { fatal: true }).decode(bytes);
  }
}

/** @param {Job} job @returns {Promise<string[][]>} */
async function readCsv({ bytes, maxRows }) {
  const { parse } = await import("csv-parse/sync");
  return parse(toText(bytes), {
    relax_column_count: true,
    // Not told by the first line: a sheet of one system, continued on another, has ends of both.
    record_delimiter: ["\r\n", "\n", "\r"],
    to: maxRows + 2,
    max_record_size: 100_000,
  });
}

/** Text that many cells share is little here and much in the answer, and so is a row that begins far to the right. @param {Job} job @param {unknown[][]} rows */
function checkSize({ maxRows, maxCells, maxUnpackedBytes }, rows) {
  if (rows.length > maxRows + 1) throw new Refusal("too_large");
  let [cells, characters] = [0, 0];
  for (const row of rows) {
    cells += row.length;
    for (const cell of row) if (typeof cell === "string") characters += cell.length;
    if (cells > maxCells || characters > maxUnpackedBytes) throw new Refusal("too_large");
  }
}

/** @param {Job} job */
async function read(job) {
  const rows = await (job.isWorkbook ? readWorkbook(job) : readCsv(job));
  checkSize(job, rows);
  return rows;
}

/** @param {Job} job @returns {Promise<{ rows: unknown[][] } | { failure: Failure }>} */
const toOutcome = (job) =>
  read(job).then(
    (rows) => ({ rows }),
    (error) => ({ failure: error instanceof Refusal ? error.code : "unreadable" }),
  );

process.once("message", async (/** @type {Job} */ job) => {
  process.send?.(await toOutcome(job), () => process.disconnect());
});
