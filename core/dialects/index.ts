// Owns the registry of dialects: a new one is a file and a line here. Read by core/policy alone.

export { jsonDialect } from "./json.ts";
export { openAiChat } from "./openai-chat.ts";
export { openAiRoutes } from "./openai-routes.ts";
export { raw } from "./raw.ts";
export { findRoute } from "./routes.ts";
