// Owns knowing what OpenAI sealed of a model's thoughts from what others did. Opens none.

/** A Fernet token of this century: its version, then 8 bytes of time. */
const seal = /^gAAAAA/;

/** Nobody but OpenAI can open it, and OpenAI refuses any other. */
export function isSealed(signature: string | undefined): signature is string {
  return signature !== undefined && seal.test(signature);
}
