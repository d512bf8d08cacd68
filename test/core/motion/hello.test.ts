// Owns the proof that a second hello has to name the same host, however it is cut. Opens no socket.

import { describe, expect, it } from "vitest";
import { HelloGate } from "../../../core/motion/hello.ts";
import { readClientHello } from "../../../core/text/client-hello.ts";
import { clientHello, encryptedHello, helloBody, records, serverName } from "../../e2e/egress/hello.ts";

const first = clientHello([serverName("a.test")]);
const same = clientHello([serverName("a.test"), serverName("x").fill(0, 0, 2).fill(0x2a, 0, 2)]);
const change = Buffer.from([20, 3, 3, 0, 1, 1]);
const data = Buffer.concat([Buffer.from([23, 3, 3, 0, 4]), Buffer.from("data")]);

function gateBehind(hello: Buffer): HelloGate {
  const reading = readClientHello(hello);
  if (reading.kind !== "hello") throw new Error(reading.kind);
  return new HelloGate("a.test", reading);
}

/** What passes of bytes that come in pieces of this size; undefined: they are denied. */
function passed(bytes: Buffer, size: number): string | undefined {
  const gate = gateBehind(first);
  const out: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const piece = gate.pass(bytes.subarray(at, at + size));
    if (piece === undefined) return undefined;
    out.push(piece);
  }
  return Buffer.concat(out).toString("hex");
}

const sizes = [1, 2, 3, 5, 7, 64, 1_000];

describe("lets through", () => {
  it.each([
    ["what follows one hello", Buffer.concat([first, change, data, data])],
    ["another hello to the same host", Buffer.concat([first, change, same, data])],
    ["early data between them", Buffer.concat([first, data, data, change, same, data])],
    [
      "TLS 1.2: keys, and what is encrypted behind",
      Buffer.concat([
        first,
        records(Buffer.from([16, 0, 0, 1, 0])),
        change,
        records(Buffer.from([1, 9, 9, 9])),
        data,
      ]),
    ],
    ["what is no TLS any more", Buffer.concat([first, Buffer.from("and then words")])],
  ])("%s, cut anywhere", (_what, bytes) => {
    for (const size of sizes) expect(passed(bytes, size)).toBe(bytes.toString("hex"));
  });

  it("the first hello where it comes in many records", () => {
    const hello = records(helloBody([serverName("a.test")]), 9);
    const gate = gateBehind(hello);
    expect(gate.pass(Buffer.concat([hello, data]))).toEqual(Buffer.concat([hello, data]));
  });
});

describe("stops", () => {
  it.each([
    ["another name", clientHello([serverName("b.test")])],
    ["no name", clientHello([])],
    ["a name that may not be the one meant", clientHello([serverName("a.test"), encryptedHello])],
    ["another name in many records", records(helloBody([serverName("b.test")]), 11)],
  ])("%s, before a byte of it has passed", (_what, second) => {
    for (const between of [change, Buffer.concat([data, change]), Buffer.alloc(0)]) {
      for (const size of sizes)
        expect(passed(Buffer.concat([first, between, second, data]), size)).toBeUndefined();
      const gate = gateBehind(first);
      const before = Buffer.concat([first, between]);
      expect(gate.pass(before)).toEqual(before);
      expect(gate.pass(second.subarray(0, -1))).toEqual(Buffer.alloc(0));
      expect(gate.pass(second.subarray(-1))).toBeUndefined();
    }
  });
});
