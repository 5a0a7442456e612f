/** Who did something, as the server writes it: a user name, or `admin (token nightly export)` for a program's token. */
interface Actor {
  readonly username: string;
  /** The name of the token, when a program acted for the user. */
  readonly token: string | null;
}

export function actorOf(text: string): Actor {
  const [, username, token] = /^(\S+) \(token (.*)\)$/.exec(text) ?? [];
  return username === undefined || token === undefined ? { username: text, token: null } : { username, token };
}
