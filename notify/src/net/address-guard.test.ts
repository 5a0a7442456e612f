import { describe, expect, it } from "vitest";
import { mayReach, parseAllowList, pinAddress } from "./address-guard.ts";

const nothing = parseAllowList([]);
const unused = () => Promise.reject(new Error("no name is looked up here"));
const pinUrl = (url: string, allow = nothing) => pinAddress(new URL(url).hostname, unused, allow);

describe("an address inside is refused, however it is written", () => {
  it.each([
    ...["http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/"],
    ...["http://0x7f.1/", "http://017700000001/", "http://127.0.0.1./", "http://0/", "http://0.0.0.0/"],
    ...[
      "http://10.1.2.3/",
      "http://172.16.0.1/",
      "http://172.31.255.255/",
      "http://192.168.1.1/",
      "http://100.64.0.1/",
    ],
    ...[
      "http://169.254.169.254/latest/meta-data/",
      "http://2852039166/",
      "http://0xa9fea9fe/",
      "http://0251.0376.0251.0376/",
    ],
    ...[
      "http://100.100.100.200/",
      "http://168.63.129.16/",
      "http://224.0.0.1/",
      "http://255.255.255.255/",
      "http://198.18.0.1/",
    ],
    ...[
      "http://[::1]/",
      "http://[::]/",
      "http://[0:0:0:0:0:0:0:1]/",
      "http://[::ffff:127.0.0.1]/",
      "http://[::ffff:7f00:1]/",
    ],
    ...[
      "http://[::ffff:a9fe:a9fe]/",
      "http://[::127.0.0.1]/",
      "http://[64:ff9b::7f00:1]/",
      "http://[64:ff9b::a9fe:a9fe]/",
    ],
    ...[
      "http://[2002:7f00:1::]/",
      "http://[fe80::1]/",
      "http://[fc00::1]/",
      "http://[fd00:ec2::254]/",
      "http://[ff02::1]/",
    ],
    ...["http://127.0.0.2/", "http://127.255.255.254/", "http://0x7f.0.0.1/", "http://0177.1/", "http://127.0.1/"],
    ...["http://0300.0250.1.1/", "http://0xc0a80101/", "http://3232235777/", "http://10.255.255.255/"],
    ...["http://192.168.255.255/", "http://100.127.255.255/", "http://169.254.0.1/", "http://192.0.0.1/"],
    ...["http://192.0.2.1/", "http://198.51.100.1/", "http://203.0.113.1/", "http://198.19.255.255/"],
    ...["http://239.255.255.250/", "http://240.0.0.1/", "http://[::ffff:0a01:0203]/", "http://[::ffff:192.168.1.1]/"],
    ...["http://[febf::1]/", "http://[fdff::1]/", "http://[64:ff9b::10.0.0.1]/", "http://[2002:a00:1::]/"],
    ...[
      "http://[2002:c0a8:101::1]/",
      "http://[::ffff:0:127.0.0.1]/",
      "http://１２７.０.０.１/",
      "http://127。0。0。1/",
    ],
    ...["http://someone@127.0.0.1/", "http://8.8.8.8@10.0.0.1/", "http://10.0.0.1:80/", "http://[::1]:8443/"],
    ...["http://[2001:db8::1]/", "http://[2001::1]/", "http://[fec0::1]/", "http://①②⑦.⓪.⓪.①/"],
  ])("%s", async (url) => {
    expect(await pinUrl(url)).toMatchObject({ ok: false });
  });
});

describe("a public address is used", () => {
  it.each(["http://8.8.8.8/", "http://[2606:4700:4700::1111]/", "http://[::ffff:8.8.8.8]/", "http://172.32.0.1/"])(
    "%s",
    async (url) => {
      expect(await pinUrl(url)).toMatchObject({ ok: true });
    },
  );
});

describe("what the operator allowed", () => {
  const allow = parseAllowList(["10.0.0.0/8", "Mail.Park.local", "::1"]);
  it("is used, and nothing else inside", async () => {
    expect(mayReach("10.9.8.7", allow)).toBe(true);
    expect(mayReach("::ffff:10.9.8.7", allow)).toBe(true);
    expect(mayReach("192.168.0.1", allow)).toBe(false);
    expect(await pinAddress("mail.park.local", async () => ["192.168.0.5"], allow)).toMatchObject({ ok: true });
    expect(await pinAddress("other.park.local", async () => ["192.168.0.5"], allow)).toMatchObject({
      ok: false,
      detail: expect.stringContaining("PARK_NOTIFY_ALLOW"),
    });
  });
});

describe("a host name", () => {
  it("with one address inside among public ones is refused", async () => {
    const both = async () => ["8.8.8.8", "127.0.0.1"];
    expect(await pinAddress("two-faced.example", both, nothing)).toMatchObject({ ok: false });
  });

  it("is looked up once, so it cannot change its mind before the connection (DNS rebinding)", async () => {
    const answers = [["8.8.8.8"], ["127.0.0.1"]];
    let asked = 0;
    const turning = async () => answers[asked++] ?? [];
    expect(await pinAddress("rebind.example", turning, nothing)).toEqual({ ok: true, address: "8.8.8.8" });
    expect(asked).toBe(1);
    expect(await pinAddress("rebind.example", turning, nothing)).toMatchObject({ ok: false });
  });

  it.each([
    ["unknown", async () => Promise.reject(new Error("ENOTFOUND"))],
    ["without an address", async () => []],
  ])("%s is a failure, not an exception", async (_name, resolve) => {
    expect(await pinAddress("nowhere.example", resolve, nothing)).toMatchObject({ ok: false });
  });
});
