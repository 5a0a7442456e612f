// The program that the contract kills: writes batches until it is killed and prints a line after each that was kept.
import { register } from "tsx/esm/api";

register();
const { openReadingStore } = await import("./open-store.ts");
const { contractBatch, silentLogger } = await import("./contract-batch.ts");

const store = await openReadingStore(JSON.parse(process.argv[2] ?? ""), { logger: silentLogger });
for (let batch = Number(process.argv[3]); ; batch++) {
  await store.append(contractBatch(batch));
  process.stdout.write(`${batch}\n`);
}
