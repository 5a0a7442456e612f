import type { Logger } from "@smart-park/core";
import { pino } from "pino";

/** JSON lines on standard error; names that could hold a secret are never written. */
export function createLogger(level: string, role: string): Logger {
  const options = {
    level,
    base: { role },
    redact: { paths: ["password", "secret", "token", "*.password", "*.secret", "*.token"], remove: true },
    serializers: { error: pino.stdSerializers.err },
  };
  return pino(options, pino.destination({ dest: 2, sync: true }));
}
