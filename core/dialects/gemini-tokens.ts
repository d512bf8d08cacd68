// Owns Google's countTokens as a dialect: what would be asked is read as if it were. Must not know
// policies.

import type { Dialect } from "../contracts/dialect.ts";
import { readCountCall } from "./gemini/call.ts";
import { gemini } from "./gemini.ts";

export const geminiTokens: Dialect = {
  ...gemini,
  name: "gemini-count-tokens",
  readCall: readCountCall,
  translation: undefined,
};
