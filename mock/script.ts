// Owns the words of a script; knows nothing of how its text is read or a rule is carried out.

/** The provider's behaviour. An empty script answers every call with deterministic text. */
export interface Script {
  /** Changes every default answer and every draw of `probability`. */
  readonly seed?: number;
  /** The only models there are: any other is a 404, and this is the list at /v1/models. */
  readonly models?: readonly string[];
  /** For load: one prebuilt answer for every call; no rule is looked at, no prompt is counted. */
  readonly static?: StaticAnswer;
  /** Of the rules that match and are not spent, the first answers. */
  readonly rules?: readonly Rule[];
}

export interface StaticAnswer extends Pacing {
  /** Content frames of a stream, one token each; also the tokens of an unstreamed answer. */
  readonly frames: number;
  /** Size of a content frame on the wire; below the format's own minimum the minimum is sent. */
  readonly frameBytes: number;
}

export interface Rule {
  readonly when?: When;
  readonly answer?: ScriptAnswer;
  readonly fault?: Fault;
  /** The rule is spent after so many uses. */
  readonly times?: number;
  /** The same as `times: 1`: rules with it are a conversation, used up in order. */
  readonly once?: boolean;
}

/** All that is given must hold. */
export interface When {
  readonly model?: string;
  readonly stream?: boolean;
  /** A part of the last user message. */
  readonly text?: string;
  /** Role of the last message. */
  readonly role?: string;
  /** Name (lower case) → exact value; null: the header is absent. */
  readonly header?: Readonly<Record<string, string | null>>;
  /** Without it a rule is for model calls only; with it for every request on that path. */
  readonly path?: string;
  /** True: only for a kept answer that is fetched, cancelled or deleted, as with OpenAI's Responses. */
  readonly fetch?: boolean;
  /** Only the nth (from 1) of the requests that meet the conditions above. */
  readonly nth?: number;
  /** 0..1, drawn from the seed after all else has held. */
  readonly probability?: number;
}

/** How the bytes leave. */
export interface Pacing {
  /** Before the head. */
  readonly delayMs?: number;
  /** Before each write but the first. */
  readonly betweenMs?: number;
  /** Cut the byte stream every so many bytes, wherever that falls. */
  readonly chunkBytes?: number;
  /** Frames in one write. */
  readonly burst?: number;
}

export interface ScriptAnswer extends Pacing {
  /** Thought that is shown, said before all else. */
  readonly reasoning?: string;
  readonly text?: string;
  /** So many tokens of generated text. */
  readonly tokens?: number;
  readonly toolCalls?: readonly ScriptToolCall[];
  readonly refusal?: string;
  readonly finishReason?: string;
  /** Replaces what is told, never what is sent and logged. */
  readonly usage?: "none" | UsageOverride;
  /** The name the answer carries, where it is not the one asked for. */
  readonly model?: string;
  /** False: the answer runs past `max_tokens`, as a provider that lies would. */
  readonly honoursMaxTokens?: boolean;
  readonly obfuscation?: boolean;
  /** Unknown members to add to the body or to every frame. */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export interface ScriptToolCall {
  readonly name: string;
  /** A string is sent as it is, anything else as JSON; absent: arguments that fit the tool's schema. */
  readonly arguments?: unknown;
}

export interface UsageOverride {
  readonly promptTokens?: number;
  readonly completionTokens?: number;
  readonly cachedTokens?: number;
  readonly cacheWriteTokens?: number;
  /** Of all thought, shown or hidden: part of the completion tokens told, unless these are given too. */
  readonly reasoningTokens?: number;
}

interface AfterFrames {
  /** Frames sent before the fault; default 1. */
  readonly afterFrames?: number;
}

/** Each fault's settings. A body that is not streamed is one frame, and a fault never waits for its end. */
export interface FaultSettings {
  readonly delay: { readonly ms: number };
  readonly status: {
    readonly status: number;
    /** A string is sent as it is, anything else as JSON; absent: the vendor's own words. */
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
    readonly retryAfterS?: number;
  };
  readonly redirect: { readonly status?: number; readonly location?: string };
  /** The socket is closed in the middle of the answer. */
  readonly cut: AfterFrames & { readonly afterBytes?: number };
  readonly "cut-before-head": Record<never, never>;
  /** Nothing more is sent and the socket stays open. */
  readonly stall: AfterFrames;
  readonly "stall-before-head": Record<never, never>;
  readonly malformed: AfterFrames;
  readonly "error-in-stream": AfterFrames & { readonly endMark?: boolean };
  /** A clean end of the stream without the format's end mark, or already after some frames. */
  readonly "missing-done": AfterFrames;
  readonly "no-usage": Record<never, never>;
  /** Half a body, with the whole one's content-length or with none. */
  readonly "truncated-json": { readonly contentLength?: "lying" | "absent" };
  readonly gzip: Record<never, never>;
  readonly "duplicate-keys": Record<never, never>;
  readonly bom: Record<never, never>;
}

export type FaultKind = keyof FaultSettings;

export type FaultOf<Kind extends FaultKind> = { readonly kind: Kind } & FaultSettings[Kind];

/** A number is short for `{ kind: status, status: … }`, a name for that kind with its defaults. */
export type Fault = number | FaultKind | { [Kind in FaultKind]: FaultOf<Kind> }[FaultKind];
