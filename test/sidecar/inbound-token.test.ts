// Owns the proof that an agent's door opens to the gateway's token alone, and takes over what it says.

import { expect, it } from "vitest";
import type { HeaderMap } from "../../core/contracts/dialect.ts";
import { generateTokenKeys } from "../../core/tokens/keys-adapter.ts";
import { makeSigner } from "../../core/tokens/signer.ts";
import { makeVerifier } from "../../core/tokens/verifier.ts";
import { inboundTokenFilter } from "../../sidecar/inbound-token.ts";
import { sampleContext, sampleExchange } from "../core/filters/sample-exchange.ts";

const { privateKeyPem, publicKeyPem } = generateTokenKeys();
const signer = makeSigner(privateKeyPem);
const verifier = makeVerifier([publicKeyPem]);

function sign(agent: string): string {
  if (signer.kind === "problem") throw new Error(signer.problem);
  return signer.sign({ agent, requestId: "request-of-the-gateway", context: sampleContext });
}

function knock(headers: HeaderMap) {
  if (verifier.kind === "problem") throw new Error(verifier.problem);
  const exchange = sampleExchange({ id: "request-of-the-sidecar", headers });
  const halt = inboundTokenFilter(verifier, "search").open(exchange);
  return { exchange, halt };
}

it("takes over the context and the request's id", () => {
  const { exchange, halt } = knock({ "x-sluice-token": sign("search") });
  expect(halt).toBeUndefined();
  expect([exchange.id, exchange.context]).toEqual(["request-of-the-gateway", sampleContext]);
});

it("opens to nothing else", () => {
  const challenge = { "www-authenticate": "Sluice-Token" };
  const refused: readonly [HeaderMap, string][] = [
    [{}, "token_missing"],
    [{ authorization: `Bearer ${sign("search")}` }, "token_missing"],
    [{ "x-sluice-token": "" }, "token_invalid"],
    [{ "x-sluice-token": sign("email") }, "token_invalid"],
    [{ "x-sluice-token": [sign("search")] }, "token_invalid"],
    [{ "x-sluice-token": `${sign("search")}, ${sign("search")}` }, "token_invalid"],
  ];
  for (const [headers, code] of refused) {
    const { exchange, halt } = knock({ ...headers, "x-task-id": "forged" });
    expect(halt).toMatchObject({ status: 401, code, headers: challenge });
    expect([exchange.id, exchange.context]).toEqual(["request-of-the-sidecar", undefined]);
  }
});
