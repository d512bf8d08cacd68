// Owns the list of formats the provider speaks; a new one is one file and one line here.

import type { MockDialect } from "../dialect.ts";
import { openaiChat } from "./openai-chat.ts";

export const dialects: readonly [MockDialect, ...MockDialect[]] = [openaiChat];
