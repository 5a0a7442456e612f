import { parseArgs } from "node:util";
import { ParkError } from "@smart-park/core";
import { checkChain } from "./audit-chain.ts";
import { SqlConnection } from "./sql-connection.ts";

const usage = `npm run audit:verify [-- file] [options]
  file               the registry database; default: registry.db in PARK_DATA_DIR
  --hash h           a hash noted before, which must still stand in the log`;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Gives whether the log is as it was written. */
async function verify(file: string, known: string | null): Promise<boolean> {
  const db = SqlConnection.openForReading(file);
  if (db === null) throw new ParkError("config_invalid", `There is no file ${file}.`);
  try {
    const { entries, head, brokenAt, isKnown } = await checkChain(db, known);
    print(`${entries} entries are as they were written; the hash of the last one is ${head || "-"}`);
    if (brokenAt !== null) print(`entry ${brokenAt} is not: it was changed, taken out, put in or moved`);
    if (isKnown === false) print("the hash that was given does not stand in the log");
    return brokenAt === null && isKnown !== false;
  } finally {
    db.close();
  }
}

try {
  const options = { hash: { type: "string" }, help: { type: "boolean", default: false } } as const;
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const [file] = positionals;
  if (values.help || file === undefined) print(usage);
  else if (!(await verify(file, values.hash ?? null))) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
