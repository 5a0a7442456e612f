import { Duplex, PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FrameGuard } from "./frame-guard.ts";

const frame = (type: number, body: Uint8Array): Buffer => {
  const length: number[] = [];
  let left = body.length;
  do {
    const digit = left & 0x7f;
    left >>= 7;
    length.push(left > 0 ? digit | 0x80 : digit);
  } while (left > 0);
  return Buffer.concat([Buffer.from([type, ...length]), body]);
};

/** A guard whose peer sends the bytes cut into pieces; accepted as soon as its CONNECT came through. */
async function passThrough(bytes: Buffer, cuts: readonly number[]): Promise<Buffer> {
  const peer = new PassThrough();
  const guard = new FrameGuard(peer, "192.0.2.1");
  const received = buffer(guard);
  let from = 0;
  for (const cut of [...cuts.map((n) => n % bytes.length), bytes.length].sort((a, b) => a - b)) {
    peer.write(bytes.subarray(from, cut));
    from = cut;
  }
  peer.end();
  setImmediate(() => guard.accept());
  return received;
}

afterEach(() => {
  vi.useRealTimers();
});

describe("frame guard", () => {
  it("passes every allowed packet unchanged, however the bytes are cut", async () => {
    const connect = fc.uint8Array({ maxLength: 4000 }).map((body) => frame(0x10, body));
    const packet = fc
      .record({ type: fc.constantFrom(0x30, 0x32, 0x82, 0xc0, 0xe0), body: fc.uint8Array({ maxLength: 400 }) })
      .map(({ type, body }) => frame(type, body));
    const stream = fc
      .tuple(connect, fc.array(packet, { maxLength: 8 }))
      .map(([first, rest]) => Buffer.concat([first, ...rest]));
    await fc.assert(
      fc.asyncProperty(stream, fc.array(fc.nat(), { maxLength: 6 }), async (bytes, cuts) => {
        expect((await passThrough(bytes, cuts)).equals(bytes)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("lets exactly 256 KiB through and closes on one byte more", async () => {
    const connect = frame(0x10, Buffer.alloc(10));
    const largest = frame(0x30, Buffer.alloc(256 * 1024 - 4));
    expect(await passThrough(Buffer.concat([connect, largest]), [])).toHaveLength(connect.length + 256 * 1024);
    const larger = frame(0x30, Buffer.alloc(256 * 1024 - 3));
    await expect(passThrough(Buffer.concat([connect, larger]), [])).rejects.toThrow("packet too large");
  });

  it("lets a CONNECT of 4 KiB through, before it was let in, and closes on one byte more", async () => {
    const largest = frame(0x10, Buffer.alloc(4096 - 3));
    expect(await passThrough(largest, [1, 2, 2000])).toHaveLength(4096);
    await expect(passThrough(frame(0x10, Buffer.alloc(4096 - 2)), [])).rejects.toThrow("packet too large");
  });

  it("closes a client that has not read what it was sent for 5 seconds", () => {
    vi.useFakeTimers();
    const deaf = new Duplex({ read: () => undefined, write: () => undefined, highWaterMark: 10 });
    const guard = new FrameGuard(deaf, "192.0.2.1");
    guard.on("error", () => undefined);
    guard.write("more than ten bytes");
    vi.advanceTimersByTime(4999);
    expect(guard.destroyed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(guard.destroyed && deaf.destroyed).toBe(true);
  });

  it("takes a client that it does not read itself for silent only after it is read again", () => {
    const guard = new FrameGuard(new PassThrough(), "192.0.2.1");
    guard.on("error", () => undefined);
    guard.accept(null, 10);
    guard.hold();
    guard.closeIfSilent(performance.now() + 15_001);
    expect(guard.destroyed).toBe(false);
    guard.release();
    guard.closeIfSilent(performance.now() + 14_999);
    expect(guard.destroyed).toBe(false);
    guard.closeIfSilent(performance.now() + 15_001);
    expect(guard.destroyed).toBe(true);
  });
});
