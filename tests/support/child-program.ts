import { fileURLToPath } from "node:url";
import { ensureTestChildrenBuilt } from "../../scripts/setup.mjs";

const built = new URL("../dist/", import.meta.url);
ensureTestChildrenBuilt(); // whatever runs this test: a child of older sources would prove nothing

/** What Node.js is started with to run tests/support/`name`-child.ts, before the child's own arguments. */
export const childProgram = (name: string): string[] => [
  "--enable-source-maps",
  fileURLToPath(new URL(`${name}-child.js`, built)),
];
