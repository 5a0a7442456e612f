import type { DurationCounts } from "@smart-park/core";
import { collectDefaultMetrics, Counter, Gauge, Registry, type Metric } from "prom-client";

/** One number, or one for each value of a label. */
type Figure = number | Readonly<Record<string, number>>;

/**
 * The figures of one process. Each is declared with a function that reads it from where it is counted, and that function
 * runs when somebody asks for `text` and at no other time: counting costs the busy paths nothing but a plain number.
 */
export class Figures {
  readonly #registry = new Registry();
  #answers = 0;

  /** For what costs a query: all figures of one answer share what is read for the first of them. */
  oncePerAnswer<T>(read: () => T): () => T {
    let known: { readonly answer: number; readonly value: T } | null = null;
    return () => {
      if (known?.answer !== this.#answers) known = { answer: this.#answers, value: read() };
      return known.value;
    };
  }

  /** A number that only grows; by convention its name ends with `_total`. */
  counter(name: string, help: string, read: () => number): void {
    this.#counter(name, help, [], read);
  }

  /** As `counter`, for each value of the label. */
  counters(name: string, help: string, label: string, read: () => Readonly<Record<string, number>>): void {
    this.#counter(name, help, [label], read);
  }

  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    const collect = async (): Promise<void> => gauge.set(await read());
    const gauge = new Gauge({ name, help, registers: [this.#registry], collect });
  }

  /** A histogram that was counted elsewhere. */
  durations(name: string, help: string, read: () => DurationCounts): void {
    const metric = { name, help, type: "histogram", aggregator: "sum" };
    const get = () => Promise.resolve({ ...metric, values: toValues(name, read()) });
    // The library has no histogram whose counts are given; of a metric its registry uses the name and `get` alone.
    this.#registry.registerMetric({ ...metric, get } as unknown as Metric<string>);
  }

  /** Memory, processor time, event loop and garbage collection of this process, under the library's usual names. */
  process(role: string): void {
    collectDefaultMetrics({ register: this.#registry, labels: { role } });
    for (const name of perSocket) this.#registry.removeSingleMetric(name);
  }

  text(): Promise<string> {
    this.#answers += 1;
    return this.#registry.metrics();
  }

  #counter(name: string, help: string, labelNames: string[], read: () => Figure): void {
    const collect = (): void => {
      counter.reset();
      const figure = read();
      if (typeof figure === "number") counter.inc(figure);
      else for (const [value, count] of Object.entries(figure)) counter.inc({ [labelNames[0] ?? ""]: value }, count);
    };
    const counter = new Counter({ name, help, labelNames, registers: [this.#registry], collect });
  }
}

/** These list every socket of the process for one number, which ours tell without a list. */
const perSocket = [
  "process_open_fds",
  "nodejs_active_handles",
  "nodejs_active_handles_total",
  "nodejs_active_resources",
  "nodejs_active_resources_total",
  "nodejs_active_requests",
  "nodejs_active_requests_total",
];

/** Buckets as the format wants them: each holds all that lie below its bound. */
function toValues(name: string, { boundsS, counts, sumS }: DurationCounts) {
  let count = 0;
  const buckets = counts.map((own, bucket) => {
    count += own;
    return { metricName: `${name}_bucket`, labels: { le: boundsS[bucket] ?? "+Inf" }, value: count };
  });
  const whole = [
    { metricName: `${name}_sum`, labels: {}, value: sumS },
    { metricName: `${name}_count`, labels: {}, value: count },
  ];
  return [...buckets, ...whole];
}
