// Owns which rate stands in for one that is not given. Knows no file format.

import type { RateName, Rates } from "../contracts/price.ts";

/** Nano-dollars a million tokens; what is left out costs as the kind it belongs to. */
export type GivenRates = { readonly [Name in "input" | "output"]: number } & {
  readonly [Name in RateName]?: number | undefined;
};

export function completeRates(given: GivenRates): Rates {
  const { input, output } = given;
  const cacheWrite = given.cacheWrite ?? input;
  const { audioInput = input, imageInput = input, videoInput = input } = given;
  return {
    inputNanoUsdPerMillion: input,
    cachedInputNanoUsdPerMillion: given.cachedInput ?? input,
    cacheWriteNanoUsdPerMillion: cacheWrite,
    cacheWrite1hNanoUsdPerMillion: given.cacheWrite1h ?? cacheWrite,
    audioInputNanoUsdPerMillion: audioInput,
    cachedAudioInputNanoUsdPerMillion: given.cachedAudioInput ?? given.cachedInput ?? audioInput,
    imageInputNanoUsdPerMillion: imageInput,
    cachedImageInputNanoUsdPerMillion: given.cachedImageInput ?? given.cachedInput ?? imageInput,
    videoInputNanoUsdPerMillion: videoInput,
    cachedVideoInputNanoUsdPerMillion: given.cachedVideoInput ?? given.cachedInput ?? videoInput,
    outputNanoUsdPerMillion: output,
    reasoningNanoUsdPerMillion: given.reasoning ?? output,
    audioOutputNanoUsdPerMillion: given.audioOutput ?? output,
    imageOutputNanoUsdPerMillion: given.imageOutput ?? output,
    videoOutputNanoUsdPerMillion: given.videoOutput ?? output,
  };
}
