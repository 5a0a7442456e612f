import { limits } from "./config.ts";

// Control characters, replaced bytes that were no UTF-8, lone surrogates.
const forbiddenCharacters = /[\u0000-\u001f\u007f-\u009f\ufffd]|[\ud800-\udfff]/u;

/** A topic name we accept at all: UTF-8 without control characters, no empty segment, no wildcard, bounded. */
export const isTopicName = (topic: string): boolean => isBounded(topic) && !/[+#]/.test(topic);

/** A topic filter we accept at all; wildcards stand alone in their segment, `#` last [MQTT-4.7.1]. */
export function isTopicFilter(filter: string): boolean {
  if (!isBounded(filter)) return false;
  const segments = filter.split("/");
  return segments.every((segment, index) => {
    if (segment === "#") return index === segments.length - 1;
    return segment === "+" || !/[+#]/.test(segment);
  });
}

function isBounded(topic: string): boolean {
  if (topic.length === 0 || Buffer.byteLength(topic) > limits.topicBytes || forbiddenCharacters.test(topic))
    return false;
  const segments = topic.split("/");
  return segments.length <= limits.topicLevels && segments.every((segment) => segment.length > 0);
}

/** Whether a topic lies under a filter, both split at `/`. */
export function isUnderFilter(topic: readonly string[], filter: readonly string[]): boolean {
  for (const [index, segment] of filter.entries()) {
    if (segment === "#") return true;
    if (index >= topic.length || (segment !== "+" && segment !== topic[index])) return false;
  }
  return topic.length === filter.length;
}
