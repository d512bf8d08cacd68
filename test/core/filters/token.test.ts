// Owns the proof of when the gateway's token is signed, and for whom. Knows nothing of what makes one valid.

import { expect, it } from "vitest";
import { tokenFilter } from "../../../core/filters/token.ts";
import { generateTokenKeys } from "../../../core/tokens/keys-adapter.ts";
import { makeSigner, type Signer } from "../../../core/tokens/signer.ts";
import { makeVerifier } from "../../../core/tokens/verifier.ts";
import { asVisit, chatCall, sampleContext, sampleExchange } from "./sample-exchange.ts";

const { privateKeyPem, publicKeyPem } = generateTokenKeys();

function open(): { signer: Signer; subjectOf(token: string | undefined): unknown } {
  const signer = makeSigner(privateKeyPem);
  const verifier = makeVerifier([publicKeyPem]);
  if (signer.kind === "problem" || verifier.kind === "problem") throw new Error("the keys are good");
  return { signer, subjectOf: (token) => verifier.verify(token ?? "", "search") };
}

const { signer, subjectOf } = open();
const signed = { agent: "search", requestId: "request-1", context: sampleContext };

it("signs at once where the context is known at once", async () => {
  const exchange = sampleExchange();
  exchange.context = sampleContext;
  const filter = tokenFilter({ signer, wantsCall: false });
  expect([filter.wantsCall, await filter.open(exchange)]).toEqual([false, undefined]);
  expect(subjectOf(exchange.token)).toEqual(signed);
});

it("signs with the call where the context comes with it", async () => {
  const exchange = sampleExchange();
  const filter = tokenFilter({ signer, wantsCall: true });
  const visit = asVisit(await filter.open(exchange));
  expect([filter.wantsCall, exchange.token]).toEqual([true, undefined]);
  exchange.context = sampleContext;
  expect(await visit.call?.(chatCall("{}"))).toBeUndefined();
  expect(subjectOf(exchange.token)).toEqual(signed);
});

it("is a bug before the context is known", () => {
  expect(() => tokenFilter({ signer, wantsCall: false }).open(sampleExchange())).toThrow(
    "before the context",
  );
});
