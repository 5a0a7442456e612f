// `npm run build`: makes dist/, the program as plain JavaScript, unless it is there already.
import { checkNode, ensureInstalled, ensureProgramBuilt } from "./setup.mjs";

checkNode();
ensureInstalled();
ensureProgramBuilt();
console.log("✓ The program is in dist/; start it with node dist/main.js");
