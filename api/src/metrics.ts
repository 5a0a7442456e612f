/** Counters of this process for `/metrics`; numbers only, nothing of any enterprise. */
export class Metrics {
  readonly #requests = new Map<string, number>();

  countRequest(status: number): void {
    const family = `${Math.floor(status / 100)}xx`;
    this.#requests.set(family, (this.#requests.get(family) ?? 0) + 1);
  }

  /** Prometheus text exposition format 0.0.4; `gauges` are added as they are now. */
  text(gauges: ReadonlyMap<string, number>): string {
    const requests = [...this.#requests].map(
      ([family, count]) => `park_http_requests_total{status="${family}"} ${count}`,
    );
    const lines = [...gauges].flatMap(([name, value]) => [`# TYPE ${name} gauge`, `${name} ${value}`]);
    return [...lines, "# TYPE park_http_requests_total counter", ...requests, ""].join("\n");
  }
}
