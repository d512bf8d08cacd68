// Owns which tools an InvokeModel body declares that the client runs, in its vendor's own form. Knows no
// policy.

import type { DeclaredTools } from "../../contracts/dialect.ts";
import type { JsonValue } from "../../contracts/json.ts";
import { isObject } from "../../text/json.ts";
import { readDeclaredTools as readMessagesTools } from "../anthropic-messages/declared-tools.ts";
import { readDeclaredTools as readConverseTools } from "../bedrock-converse/declared-tools.ts";

export function readDeclaredTools(value: JsonValue | undefined): DeclaredTools {
  const isMessages = isObject(value) && value.anthropic_version !== undefined;
  return isMessages ? readMessagesTools(value) : readConverseTools(value);
}
