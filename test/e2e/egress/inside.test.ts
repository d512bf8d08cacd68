// Owns the proof that nothing passes inside a tunnel that is taken apart but what can be read and is allowed.
// Reaches loopback only.

import type { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../world.ts";
import { clientHello, serverName } from "./hello.ts";
import { type InspectedWorld, startInspectedWorld } from "./inspected-world.ts";
import { canListenOn443, rawClient } from "./world.ts";

const isPossible = await canListenOn443();
let inspected: InspectedWorld;

beforeAll(async () => {
  if (isPossible) inspected = await startInspectedWorld("127.0.94");
});

afterAll(async () => {
  if (isPossible) await inspected.close();
});

async function said(tls: TLSSocket, text: string): Promise<string> {
  let heard = "";
  tls.on("data", (chunk: Buffer) => {
    heard += chunk.toString("latin1");
  });
  tls.on("error", (error) => {
    heard += `!${(error as NodeJS.ErrnoException).code}`;
  });
  tls.write(text);
  await new Promise<void>((resolve) => tls.once("end", resolve).once("close", () => resolve()));
  tls.destroy();
  return heard;
}

const close = "connection: close\r\n";

describe.skipIf(!isPossible)("what is inside is read like a tool's", () => {
  it("asked as it was meant, guarded, and redirects are the agent's to follow", async () => {
    const asked = await said(
      await inspected.inside(),
      `GET /a?b=c HTTP/1.1\r\nHost: tools.test\r\n${close}\r\n`,
    );
    expect(asked).toContain('{"method":"GET","url":"/a?b=c","body":"","host":"tools.test"}');
    const guarded = await said(
      await inspected.inside(),
      `GET /moonstone HTTP/1.1\r\nHost: tools.test\r\n${close}\r\n`,
    );
    expect(guarded).toMatch(/^HTTP\/1\.1 400 .*x-sluice-refusal: blocked_content/s);
    const moved = await said(
      await inspected.inside(),
      `GET /moved HTTP/1.1\r\nHost: tools.test\r\n${close}\r\n`,
    );
    expect(moved).toMatch(/^HTTP\/1\.1 307 .*location: https:\/\/not\.test\//s);
  });

  it.each([
    ["another Host", "GET / HTTP/1.1\r\nHost: other.test\r\n", "request_malformed"],
    ["another port in Host", "GET / HTTP/1.1\r\nHost: tools.test:444\r\n", "request_malformed"],
    ["another target", "GET https://other.test/ HTTP/1.1\r\nHost: tools.test\r\n", "request_malformed"],
    ["a target in the clear", "GET http://tools.test/ HTTP/1.1\r\nHost: tools.test\r\n", "request_malformed"],
    ["a tunnel in the tunnel", "CONNECT tools.test:443 HTTP/1.1\r\nHost: tools.test\r\n", "egress_denied"],
    [
      "a WebSocket",
      "GET / HTTP/1.1\r\nHost: tools.test\r\nUpgrade: websocket\r\nConnection: upgrade\r\n",
      "upgrade_refused",
    ],
    ["HTTP/2 without ALPN", "PRI * HTTP/2.0\r\n\r\nSM\r\n", "request_malformed"],
  ])("%s: refused", async (_what, text, code) => {
    const more = text.includes("Connection") ? "" : close;
    expect(await said(await inspected.inside(), `${text}${more}\r\n`)).toContain(`x-sluice-refusal: ${code}`);
  });
});

describe.skipIf(!isPossible)("what leads inside has to be that very TLS", () => {
  it("only HTTP/1.1 is promised: a client that takes nothing else is refused", async () => {
    const both = await inspected.inside({ alpn: ["h2", "http/1.1"] });
    await new Promise((resolve) => both.once("secureConnect", resolve));
    expect(both.alpnProtocol).toBe("http/1.1");
    both.destroy();
    expect(await said(await inspected.inside({ alpn: ["h2"] }), "")).toMatch(/^!ERR_SSL/);
  });

  it("another name in TLS is refused, and so is a client that does not trust the CA", async () => {
    const before = inspected.world.log.length;
    expect(await said(await inspected.inside({ sni: "other.test" }), "")).toContain("!");
    const newest = () =>
      inspected.world.log.slice(before).filter(({ error_type }) => error_type === "tunnel_denied");
    await eventually(() => newest().length === 1);
    const { code } = await inspected.run("curl", ["--silent", "https://tools.test/"], {
      CURL_CA_BUNDLE: "",
      SSL_CERT_FILE: "",
    });
    expect(code).not.toBe(0);
    await eventually(() => newest().length === 2);
  });

  it("no TLS at all is closed, and nothing is asked", async () => {
    const client = rawClient(
      inspected.world.port,
      "CONNECT tools.test:443 HTTP/1.1\r\nHost: tools.test:443\r\n\r\n",
    );
    await client.hears((text) => text.endsWith("\r\n\r\n"));
    client.socket.write("GET / HTTP/1.1\r\nHost: tools.test\r\n\r\n");
    await client.closed;
    expect(client.heard().toString()).toBe("HTTP/1.1 200 Connection Established\r\n\r\n");
    const broken = rawClient(
      inspected.world.port,
      "CONNECT tools.test:443 HTTP/1.1\r\nHost: tools.test:443\r\n\r\n",
    );
    await broken.hears((text) => text.endsWith("\r\n\r\n"));
    broken.socket.write(clientHello([serverName("tools.test")]));
    await broken.closed;
  });

  it("an upstream that shows another's certificate is not spoken to", async () => {
    const { output } = await inspected.run("curl", ["--silent", "--include", "https://untrusted.test/"]);
    expect(output.toString()).toMatch(
      /^HTTP\/1\.1 200 .*HTTP\/1\.1 502 .*x-sluice-refusal: upstream_unreachable/s,
    );
  });

  it("a client that leaves takes its upstream along", async () => {
    const before = inspected.gone();
    const tls = await inspected.inside();
    tls.on("error", () => {});
    tls.write("GET /never HTTP/1.1\r\nHost: tools.test\r\n\r\n");
    await new Promise((resolve) => tls.once("data", resolve));
    tls.destroy();
    await eventually(() => inspected.gone() === before + 1);
  });
});
