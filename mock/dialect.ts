// Owns the contract between the provider and one vendor's wire format; knows no vendor, socket or script.

/** An answer comes in frames or as one body. */
export type AnswerForm = "stream" | "body";

export interface RequestHead {
  readonly method: string;
  /** As it came, without the query. */
  readonly path: string;
  /** Without its question mark. */
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface AskedRequest extends RequestHead {
  /** The parsed JSON. */
  readonly body: unknown;
}

/** What a request asks for, free of any vendor's format. */
export interface Ask {
  readonly request: AskedRequest;
  readonly model: string;
  readonly form: AnswerForm;
  /** What a person said last: it seeds the default answer and is what `when.text` looks into. */
  readonly text: string;
  /** Role of the last message: `user`, `tool`, … A message of tool results is of `tool` with every vendor. */
  readonly role: string;
  /** 0: nothing is said (embeddings, a count of tokens). */
  readonly choices: number;
  /** Per choice; undefined: the caller set no bound. */
  readonly maxTokens: number | undefined;
  readonly wantsUsage: boolean;
  readonly tools: readonly Tool[];
  /** A tool call is demanded: any tool, or the one named. */
  readonly demandedTool: "any" | { readonly name: string } | undefined;
  /** The answer can be fetched later by its id; in the background it can only be fetched. */
  readonly keeps?: "at-once" | "in-background" | undefined;
  /** The kept answer whose conversation goes on. */
  readonly previousId?: string | undefined;
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
  | { readonly channel: "reasoning" | "text" | "refusal"; readonly text: string }
  | { readonly channel: "tool"; readonly call: number; readonly id: string; readonly name: string }
  | { readonly channel: "arguments"; readonly call: number; readonly text: string };

export interface Choice {
  readonly pieces: readonly Piece[];
  readonly finish: string;
}

export interface Usage {
  /** With what was read from and written to a cache. */
  readonly promptTokens: number;
  /** With the reasoning. */
  readonly completionTokens: number;
  readonly totalTokens: number;
  readonly cachedTokens: number;
  readonly cacheWriteTokens: number;
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

/** How one answer stands on the wire. */
export interface Framing {
  /** Framings of one name, of one dialect, frame alike. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** An error after a 200: a frame after so many others, or the whole body. */
  writeLateError(framesBefore: number): Buffer;
  /** The frame with its payload changed and its framing kept. */
  reframe(frame: Buffer, change: (payload: string) => string): Buffer;
}

export interface MockDialect {
  readonly name: string;
  claims(head: RequestHead): boolean;
  readAsk(request: AskedRequest): Ask | AskProblem;
  countPrompt(ask: Ask): number;
  framing(ask: Ask): Framing;
  /** The frames of a streamed answer, the end mark included. */
  writeStream(ask: Ask, reply: Reply): Frame[];
  /** The body of an unstreamed answer. */
  writeBody(ask: Ask, reply: Reply): Buffer;
  /** An error before the head; without a problem the vendor's usual words for that status. */
  writeError(status: number, problem?: AskProblem): WireError;
  unknownModel(model: string): AskProblem;
}

export function isProblem(value: Ask | AskProblem): value is AskProblem {
  return "status" in value;
}
