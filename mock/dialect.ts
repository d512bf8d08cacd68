// Owns the contract between the provider and one vendor's wire format; knows no vendor, socket or script.

/** An answer comes in frames or as one body. */
export type AnswerForm = "stream" | "body";

/** What a request asks for, free of any vendor's format. */
export interface Ask {
  readonly model: string;
  readonly form: AnswerForm;
  /** The last user message: it seeds the default answer and is what `when.text` looks into. */
  readonly text: string;
  /** Role of the last message: `user`, `tool`, … */
  readonly role: string;
  readonly choices: number;
  /** Per choice; undefined: the caller set no bound. */
  readonly maxTokens: number | undefined;
  readonly wantsUsage: boolean;
  readonly tools: readonly Tool[];
  /** A tool call is demanded: any tool, or the one named. */
  readonly demandedTool: "any" | { readonly name: string } | undefined;
}

export interface Tool {
  readonly name: string;
  /** JSON Schema of the arguments. */
  readonly parameters: unknown;
}

/** Why a request cannot be answered, in the words of the vendor. */
export interface AskProblem {
  readonly status: number;
  readonly message: string;
  readonly param: string | null;
  readonly code: string | null;
}

/** One streamed piece of an answer. Each piece is one token: the provider's whole token rule. */
export type Piece =
  | { readonly channel: "text" | "refusal"; readonly text: string }
  | { readonly channel: "tool"; readonly call: number; readonly id: string; readonly name: string }
  | { readonly channel: "arguments"; readonly call: number; readonly text: string };

export interface Choice {
  readonly pieces: readonly Piece[];
  readonly finish: string;
}

export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly totalTokens: number;
  readonly cachedTokens: number;
  readonly reasoningTokens: number;
}

/** The whole answer before it has any vendor's format. */
export interface Reply {
  /** 29 letters and digits; a dialect puts its own prefix before it. */
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
  readonly choices: readonly Choice[];
  readonly usage: Usage | undefined;
  /** Unknown members to add at the top level. */
  readonly extra: Readonly<Record<string, unknown>>;
  readonly isObfuscated: boolean;
}

/** One unit of the answer on the wire, and the completion tokens it carries. */
export interface Frame {
  readonly bytes: Buffer;
  readonly tokens: number;
  /** The format's own end mark (`data: [DONE]`). */
  readonly isEndMark: boolean;
}

export interface WireError {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface MockDialect {
  readonly name: string;
  claims(method: string, path: string): boolean;
  readAsk(body: unknown, path: string): Ask | AskProblem;
  /** Tokens of the prompt of a body that `readAsk` could read. */
  countPrompt(body: unknown): number;
  headers(form: AnswerForm): Readonly<Record<string, string>>;
  /** The frames of a streamed answer, the end mark included. */
  writeStream(ask: Ask, reply: Reply): Frame[];
  /** The body of an unstreamed answer. */
  writeBody(reply: Reply): Buffer;
  /** An error before the head; without a problem the vendor's usual words for that status. */
  writeError(status: number, problem?: AskProblem): WireError;
  /** An error after a 200: a frame of a stream, or a whole body. */
  writeLateError(form: AnswerForm): Buffer;
  /** The frame with its payload broken and its framing kept. */
  breakFrame(frame: Buffer): Buffer;
}

export function isProblem(value: Ask | AskProblem): value is AskProblem {
  return "status" in value;
}
