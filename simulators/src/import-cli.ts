import { runCommand } from "./command-line.ts";
import { replayCommand } from "./replay/replay-command.ts";

await runCommand((signal) => replayCommand(process.argv.slice(2), true, signal));
