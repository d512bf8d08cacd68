// Owns how other vendors' counts differ from OpenAI's tokenizer. Knows no text.

/** Measured on recorded exchanges that say their usage: docs/operate.md, "Counted here". */
export interface VendorTokens {
  /** Tokens of a text for each of `o200k_base`. */
  readonly factor: number;
  /** Around each call of a tool that a model makes. */
  readonly callTokens: number;
  /** The vendor's own words about tools, put before a prompt that has some. */
  readonly toolsTokens: number;
}

const vendors: readonly (VendorTokens & { readonly names: RegExp })[] = [
  { names: /claude-(opus-4-[78]|[a-z]+-5)/, factor: 1.45, callTokens: 45, toolsTokens: 500 },
  { names: /claude/, factor: 1.17, callTokens: 45, toolsTokens: 500 },
  { names: /^(openai\/)?(gpt-|chatgpt|o[134])/, factor: 1, callTokens: 8, toolsTokens: 0 },
  { names: /gemini|gemma/, factor: 1.08, callTokens: 0, toolsTokens: 0 },
  { names: /stral/, factor: 1.12, callTokens: 4, toolsTokens: 0 },
  { names: /deepseek/, factor: 1.03, callTokens: 30, toolsTokens: 250 },
  { names: /grok/, factor: 1, callTokens: 14, toolsTokens: 200 },
  { names: /llama/, factor: 1.05, callTokens: 60, toolsTokens: 650 },
];

const anyVendor: VendorTokens = { factor: 1.06, callTokens: 20, toolsTokens: 250 };

/** `model`: as anybody in the exchange names it. */
export function vendorTokens(model: string | undefined): VendorTokens {
  const name = model?.toLowerCase() ?? "";
  return vendors.find(({ names }) => names.test(name)) ?? anyVendor;
}
