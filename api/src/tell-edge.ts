import type { ApiContext } from "./context.ts";

/**
 * Waits until edge works with the registry as it is now: a device can connect as soon as the answer is out. When edge
 * cannot be told it reads the registry again at its next start, so the change itself stands.
 */
export async function tellEdge({ edge, logger }: Pick<ApiContext, "edge" | "logger">): Promise<void> {
  try {
    await edge.registryChanged();
  } catch (error) {
    logger.warn({ error }, "edge could not be told that the registry changed");
  }
}
