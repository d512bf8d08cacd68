// Owns the proof of reading a TLS client's first words: whole, in pieces, and hostile. Opens no socket.

import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { connect } from "node:tls";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { helloBytesMax, readClientHello } from "../../../core/text/client-hello.ts";
import {
  clientHello,
  encryptedHello,
  extension,
  helloBody,
  records,
  serverName,
} from "../../e2e/egress/hello.ts";

const named = (serverName: string | undefined, isEncrypted?: "encrypted") => ({
  kind: "hello",
  serverName,
  isEncrypted: isEncrypted !== undefined,
});

/** What Node's own client says. */
async function nodesHello(servername: string | undefined): Promise<Buffer> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = connect({ port, host: "127.0.0.1", ...(servername === undefined ? {} : { servername }) });
  client.on("error", () => {});
  const [socket] = await once(server, "connection");
  const [bytes] = await once(socket, "data");
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}

describe("a hello", () => {
  it("of a real client, with and without a name", async () => {
    expect(readClientHello(await nodesHello("api.test"))).toMatchObject(named("api.test"));
    expect(readClientHello(await nodesHello(undefined))).toMatchObject(named(undefined));
  });

  it("cut anywhere: more, and then the same", () => {
    const whole = clientHello([extension(10, Buffer.from([0, 2, 0, 23])), serverName("api.test")]);
    for (let end = 0; end < whole.length; end++) {
      expect(readClientHello(whole.subarray(0, end))).toEqual({ kind: "more" });
    }
    expect(readClientHello(whole)).toMatchObject(named("api.test"));
    expect(readClientHello(Buffer.concat([whole, Buffer.from("behind")]))).toMatchObject(named("api.test"));
  });

  it("in records cut anywhere", () => {
    const body = helloBody([serverName("api.test")]);
    for (let size = 1; size <= body.length; size++) {
      expect(readClientHello(records(body, size))).toMatchObject(named("api.test"));
    }
  });

  it("that is encrypted inside says so", () => {
    expect(readClientHello(clientHello([serverName("outer.test"), encryptedHello]))).toMatchObject(
      named("outer.test", "encrypted"),
    );
  });

  it.each([
    [
      "two names in one extension",
      extension(0, Buffer.from("000c00000361626300000361626300".slice(0, 28), "hex")),
    ],
    ["an empty name", serverName("")],
    ["a name of another type", extension(0, Buffer.from([0, 4, 1, 0, 1, 97]))],
    ["a length that reaches past the end", extension(0, Buffer.from([0, 9, 0, 0, 6, 97]))],
  ])("%s names nobody", (_what, names) => {
    expect(readClientHello(clientHello([names]))).toMatchObject({ serverName: undefined });
  });

  it("with the extension twice names nobody", () => {
    expect(readClientHello(clientHello([serverName("a.test"), serverName("b.test")]))).toMatchObject(
      named(undefined),
    );
  });
});

describe("what is none", () => {
  it.each([
    ["HTTP", Buffer.from("GET / HTTP/1.1\r\n")],
    ["SSH", Buffer.from("SSH-2.0-x\r\n")],
    ["SSL 2", Buffer.from([0x80, 0x2e, 1, 0, 2])],
    ["another handshake message", records(Buffer.from([2, 0, 0, 1, 0]))],
    ["an empty record", Buffer.from([22, 3, 1, 0, 0])],
    ["a record of another version", Buffer.from([22, 4, 1, 0, 4, 1, 0, 0, 0])],
    [
      "another record amid it",
      Buffer.concat([
        records(helloBody([serverName("a.test")]).subarray(0, 40)),
        Buffer.from([21, 3, 3, 0, 2, 1, 0]),
      ]),
    ],
    ["a hello larger than any", records(Buffer.from([1, 0, 0x50, 0]))],
  ])("%s", (_what, bytes) => {
    expect(readClientHello(bytes)).toEqual({ kind: "none" });
  });

  it("never waits past its bound, whatever comes", () => {
    const drip = Buffer.concat(Array.from({ length: 4_096 }, () => Buffer.from([22, 3, 1, 0, 1, 1])));
    expect(readClientHello(drip.subarray(0, helloBytesMax))).toEqual({ kind: "none" });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 512 }), (noise) => {
        const hello = Buffer.concat([Buffer.from([22, 3, 1, 1, 0, 1, 0, 0, 0xfc]), noise]);
        expect(["hello", "more", "none"]).toContain(readClientHello(hello).kind);
      }),
    );
  });
});
