// Owns telling OpenAI's own models from those of others that are asked in its format. Knows no request.

const ownModel = /^(ft:)?(gpt-|chatgpt-|codex-|o\d)/;

/** What they are open weights of is anybody's to run: `gpt-oss-120b`. */
const openWeights = /^gpt-oss/;

export function isOwnModel(model: string): boolean {
  return ownModel.test(model) && !openWeights.test(model);
}
