/** Which connections listen to which topic of commands, and with which quality of service. */
export class CommandListeners<Client> {
  readonly #byTopic = new Map<string, Map<Client, 0 | 1>>();
  readonly #topicsOf = new Map<Client, Set<string>>();

  add(topic: string, client: Client, qos: 0 | 1): void {
    const listeners = this.#byTopic.get(topic) ?? new Map<Client, 0 | 1>();
    // Set anew, so that who subscribed last stands last.
    listeners.delete(client);
    this.#byTopic.set(topic, listeners.set(client, qos));
    this.#topicsOf.set(client, (this.#topicsOf.get(client) ?? new Set()).add(topic));
  }

  remove(topic: string, client: Client): void {
    const listeners = this.#byTopic.get(topic);
    listeners?.delete(client);
    if (listeners?.size === 0) this.#byTopic.delete(topic);
    this.#topicsOf.get(client)?.delete(topic);
  }

  drop(client: Client): void {
    for (const topic of [...(this.#topicsOf.get(client) ?? [])]) this.remove(topic, client);
    this.#topicsOf.delete(client);
  }

  /** The one that subscribed last and fits; null without any: the newest connection of a device is the one that lives. */
  newest(topic: string, isFit: (client: Client) => boolean): { client: Client; qos: 0 | 1 } | null {
    const found = [...(this.#byTopic.get(topic) ?? [])].findLast(([client]) => isFit(client));
    return found === undefined ? null : { client: found[0], qos: found[1] };
  }
}
