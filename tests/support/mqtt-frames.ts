/** MQTT 3.1.1 packets by hand, for programs that must be faster, or ruder, than a client library. */

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** A packet of any type; the body is taken as it is. */
export function frame(type: number, ...body: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(body);
  const header = [type];
  let left = bytes.length;
  do {
    const digit = left & 0x7f;
    left >>= 7;
    header.push(left > 0 ? digit | 0x80 : digit);
  } while (left > 0);
  return Buffer.concat([Buffer.from(header), bytes]);
}

export interface ConnectOptions {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  readonly keepaliveS?: number;
  /** Asks the broker to keep the session. */
  readonly isLasting?: boolean;
}

/** CONNECT, with a clean session unless asked otherwise. */
export const connectFrame = ({
  clientId,
  username,
  password,
  keepaliveS = 60,
  isLasting = false,
}: ConnectOptions): Buffer =>
  frame(
    0x10,
    text("MQTT"),
    Buffer.from([4, isLasting ? 0xc0 : 0xc2, keepaliveS >> 8, keepaliveS & 0xff]),
    text(clientId),
    text(username),
    text(password),
  );

const packetIdBytes = (packetId: number): Buffer => Buffer.from([packetId >> 8, packetId & 0xff]);

export interface PublishOptions {
  readonly topic: string;
  readonly payload: Uint8Array | string;
  readonly qos: 0 | 1 | 2;
  /** Left out with QoS 0. */
  readonly packetId?: number;
  readonly retain?: boolean;
  readonly isRepeat?: boolean;
}

export const publishFrame = ({
  topic,
  payload,
  qos,
  packetId = 1,
  retain = false,
  isRepeat = false,
}: PublishOptions): Buffer =>
  frame(
    0x30 | (isRepeat ? 8 : 0) | (qos << 1) | (retain ? 1 : 0),
    text(topic),
    qos === 0 ? Buffer.alloc(0) : packetIdBytes(packetId),
    Buffer.from(payload),
  );

export const subscribeFrame = (packetId: number, filter: string, qos: 0 | 1 = 0): Buffer =>
  frame(0x82, packetIdBytes(packetId), text(filter), Buffer.from([qos]));

/** One SUBSCRIBE of several filters, QoS 1. */
export const subscribeAllFrame = (packetId: number, filters: readonly string[]): Buffer =>
  frame(0x82, packetIdBytes(packetId), ...filters.flatMap((filter) => [text(filter), Buffer.from([1])]));

export const pubackFrame = (packetId: number): Buffer => Buffer.from([0x40, 2, packetId >> 8, packetId & 0xff]);
export const pingFrame = Buffer.from([0xc0, 0]);
export const disconnectFrame = Buffer.from([0xe0, 0]);
/** Session accepted, none kept from before. */
export const connackFrame = Buffer.from([0x20, 2, 0, 0]);
