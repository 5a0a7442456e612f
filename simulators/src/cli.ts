import { runCommand, UsageError } from "./command-line.ts";
import { stationCommand, stationHelp } from "./hj212/station-command.ts";
import { replayCommand } from "./replay/replay-command.ts";
import { scenarios } from "./scenarios/index.ts";
import { scenarioCommand, scenarioHelp } from "./scenarios/scenario-command.ts";

const help = `npm run sim -- <scenario> [options]
Sends simulated or recorded readings to a running platform over its public interfaces.

Scenarios
  replay       a CSV file with its original event times (npm run sim -- replay --help)
  hj212        a flue-gas outlet that speaks HJ 212 (npm run sim -- hj212 --help)
${scenarios.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join("\n")}

Options
${scenarioHelp}`;

await runCommand(async (signal) => {
  const [name, ...args] = process.argv.slice(2);
  if (name === "replay") return replayCommand(args, false, signal);
  if (name === "hj212") {
    if (!args.includes("--help") && !args.includes("-h")) return stationCommand(args, signal);
    process.stdout.write(`${stationHelp}\n`);
    return;
  }
  if (name === undefined || name === "--help" || name === "-h") {
    process.stdout.write(`${help}\n`);
    return;
  }
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (!scenario) throw new UsageError(`There is no scenario ${name}; npm run sim -- --help lists them.`);
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(`npm run sim -- ${name} [options]\n${scenario.summary}\n\n${scenarioHelp}\n`);
    return;
  }
  await scenarioCommand(scenario, args, signal);
});
