// Owns what a dialect is: bytes to Call and Frame, and back. Knows nothing of sockets, chains or policies.

import type { Conversation, Prover, Uncarried } from "./conversation.ts";
import type { Delta, Ending, Frame, Usage } from "./frame.ts";
import type { Dropped, JsonObject, JsonValue } from "./json.ts";
import type { Refusal } from "./refusal.ts";
import type { RpcMessage } from "./rpc.ts";

export type { JsonValue } from "./json.ts";

/** Lower-case names; a repeated header is joined as Node joins it (set-cookie is a list). */
export type HeaderMap = Record<string, string | string[] | undefined>;

export interface RequestHead {
  readonly method: string;
  /** The path below the route, with its leading slash and without its query, as the client wrote it. */
  readonly path: string;
  /** From `?` on, or empty. */
  readonly query: string;
  readonly headers: HeaderMap;
}

/** Editable in `head` hooks until the first byte is released. */
export interface AnswerHead {
  status: number;
  headers: HeaderMap;
}

/** Where a text of a request stands in what is asked, whoever wrote it. */
export type CallTextKind =
  | "text"
  | "reasoning"
  | "refusal"
  | "document"
  | "tool.definition"
  | "tool.args"
  | "tool.result";

/** One text of a request that somebody wrote, reachable for guards. */
export interface CallText {
  /** RFC 6901 pointer into the body. */
  readonly pointer: string;
  /** As the vendor writes it: `system`, `developer`, `user`, `assistant`, `tool`, `model` … */
  readonly role: string;
  readonly kind: CallTextKind;
  readonly text: string;
  /** It stands there in base64, behind these words: a data URL's beginning, or none. */
  readonly encodedBehind?: string;
}

/** Something in a request that is no text: nobody here looks inside. */
export interface CallMedia {
  /** RFC 6901 pointer into the body, to the part that holds it. */
  readonly pointer: string;
  readonly type: "image" | "audio" | "video" | "file";
  readonly source: "base64" | "url" | "id";
  /** A tool gave it back. */
  readonly isResult?: true;
  /** What it holds stands among the texts. */
  readonly isText?: true;
}

/**
 * `chat`, `completion`, `embeddings`: a model works and is paid for. `count`: tokens are counted, free of
 * charge. `models`: the list, answered here. `stored`: an answer made before is fetched, cancelled or
 * deleted. `metered`: passes unread and counts as one call. `tool`: a tool of the policy's. `agent`: an
 * agent's own API. `mcp`: messages for a server of tools.
 */
export type Operation =
  | "chat"
  | "completion"
  | "embeddings"
  | "count"
  | "models"
  | "stored"
  | "metered"
  | "tool"
  | "agent"
  | "mcp";

/** What the client asks, free of any vendor's format, with the original text kept. */
export interface Call {
  readonly kind: "call";
  readonly operation: Operation;
  readonly model: string | undefined;
  readonly isStream: boolean;
  /** As it came. */
  readonly body: Buffer;
  /** The one reading of `body`; never changed in place. `undefined` where there is no body. */
  readonly value: JsonValue | undefined;
  readonly texts: readonly CallText[];
  readonly media: readonly CallMedia[];
  /** Provider-run tools the request switches on, by the vendor's name. */
  readonly hostedTools: readonly string[];
  /** Pointers of input whose size nobody here can know: answers, files and URLs the vendor fetches itself. */
  readonly references: readonly string[];
  /**
   * The most output tokens the client asks for, over all choices; undefined where it does not say, or says 0,
   * which some take for no end.
   */
  readonly outputTokensMax: number | undefined;
  /** The vendor keeps the answer, to be fetched by its id. */
  readonly isKept?: boolean;
  /** The vendor's ids of what it keeps and the request brings in: answers, items, files. Whose are they? */
  readonly keptIds?: readonly string[];
  /** Where the operation is `stored`: the vendor's id of the answer it is about. */
  readonly answerId?: string;
  /** Spliced into the original text when the call is written; pointers as in `text/splice.ts`. */
  readonly edits: Map<string, JsonValue | Dropped>;
  /** Where the operation is `mcp`: what the body is made of. */
  readonly messages?: readonly RpcMessage[];
}

/** A tool that a request declares and the client runs. */
export interface DeclaredTool {
  readonly name: string;
  /** RFC 6901 pointer into the body, to all that is said of it. */
  readonly pointer: string;
  /** JSON Schema of its arguments; undefined: none is said. */
  readonly parameters: JsonObject | undefined;
  /** `text`: it is called with words in a form of their own, and no JSON. */
  readonly takes: "json" | "text";
}

/** What a request tells the model of tools that the client runs. */
export interface DeclaredTools {
  readonly tools: readonly DeclaredTool[];
  /** RFC 6901 pointers of what chooses among them: it says nothing once there are none. */
  readonly choices: readonly string[];
}

/** RFC 6901 pointer and new value. */
export type CallEdit = readonly [string, JsonValue];

/** A call as it goes out. */
export interface WrittenCall {
  /** Below the API's base URL, with its query. */
  readonly path: string;
  /** The original bytes where nothing was edited. */
  readonly body: Buffer;
}

export interface ReadBounds {
  /** One SSE event, one line. */
  readonly frameBytesMax: number;
  /** A whole unstreamed body. */
  readonly bodyBytesMax: number;
}

export interface FrameReader {
  push(chunk: Buffer): readonly Frame[] | Refusal;
  /** The upstream ended cleanly on the wire; says no where the format shows that the answer is not whole. */
  end(): readonly Frame[] | Refusal;
}

/** Stateful, one an answer. */
export interface Writer {
  /** Told of each frame that is released, in order, where the end depends on what was said before it. */
  note?(frame: Frame): void;
  /** `deltas[i]` takes the place of `frame.deltas[i]`; only the texts that differ change on the wire. */
  edit(frame: Frame, deltas: readonly Delta[]): Frame;
  /** Whether this format can say so; absent: any text may stand in another's place. */
  canEdit?(frame: Frame, deltas: readonly Delta[]): boolean;
  /**
   * The proper end of a stream that is cut here. Empty where nothing has begun yet, or the format has no
   * early end: then it cannot be ended.
   */
  end(reason: Ending["reason"], usage: Usage): readonly Frame[];
  /** After the commit. `undefined`: this format cannot say it, so the connection is reset. */
  refuse(refusal: Refusal): Frame | undefined;
}

/** Writes an answer in this dialect out of what another's says; stateful, one an answer. */
export interface Composer {
  /** Of the answer; `content-type` at least. */
  readonly headers: HeaderMap;
  /** Bytes that say so; empty while nothing can be said yet. The deltas come in their order, each once. */
  add(deltas: readonly Delta[]): Buffer;
  /** The upstream ended well: whatever still belongs to a whole answer. */
  end(): Buffer;
}

/** How a dialect takes part in translation. */
export interface Translation {
  /**
   * Whose proofs of thought `model` gives and takes in this dialect; where it is undefined, whose stand in a
   * client's call. Undefined: nobody's that would be of use again.
   */
  prover(model: string | undefined): Prover | undefined;
  /** Of a `chat` call; edits made so far are in it. */
  read(call: Call): Conversation;
  /** The body that asks the same of this vendor. */
  write(conversation: Conversation, model: string): Buffer | Uncarried;
  /** `model`: the name the client asked for. `query`: of its request, where that says how answers are cut. */
  composer(about: { readonly model: string; readonly isStream: boolean; readonly query?: string }): Composer;
}

/** For streams that say what they used only where they are asked to. */
export interface StreamUsage {
  /** Pointer and value of the edit that asks; undefined: the client has asked, or wants no stream. */
  ask(call: Pick<Call, "isStream" | "value">): CallEdit | undefined;
  /** Whether a frame of the answer is there for its usage alone. */
  isExtra(frame: Frame): boolean;
}

export interface Dialect {
  readonly name: string;
  readCall(body: Buffer, head: RequestHead): Call | Refusal;
  /** `model`: the vendor's name for it, undefined where the client's stays. */
  writeCall(call: Call, head: RequestHead, model: string | undefined): WrittenCall;
  reader(head: AnswerHead, bounds: ReadBounds): FrameReader;
  /** `call`: what is answered, where it was read: an end says no more than was asked for. */
  writer(head: AnswerHead, call?: Call): Writer;
  /** Before the commit: the vendor's own error object. `call`: what is refused, where it was read. */
  refuse(refusal: Refusal, call?: Call): { head: AnswerHead; body: Buffer };
  /**
   * Edits after which the upstream makes no more than so many output tokens over all choices, where the call
   * asks for more or does not say; a refusal where it cannot be asked with so few (a reasoning budget above
   * them). The fields that the client used stay the ones that are used; `model`, the upstream's name for it,
   * tells which one to use where there is none.
   */
  capOutput?(call: Call, tokens: number, model: string | undefined): readonly CallEdit[] | Refusal;
  /**
   * Edits that add a last word to what the model is told: the end of the system prompt, which is made where
   * there is none. Said once, however often it is asked for.
   */
  hint?(call: Call, text: string): readonly CallEdit[];
  /** Of calls that may declare any. */
  readTools?(call: Call): DeclaredTools;
  /** The list of models, or the one asked for, as this vendor writes it. Where `models` calls are read. */
  writeModels?(names: readonly string[], one: string | undefined): JsonValue;
  /** The same where everything stands in the body: what other APIs of this format are asked in. */
  readonly elsewhere?: Dialect;
  /** Where the vendor keeps all that is made: the ids of it in a request's path. */
  keptIn?(head: RequestHead): readonly string[] | Refusal;
  /** Undefined: streams say their usage unasked, or never. */
  readonly streamUsage?: StreamUsage;
  /** Undefined: calls of this dialect go to upstreams that speak it. */
  readonly translation?: Translation | undefined;
}

/** How a provider's route is treated; what is not listed is refused. */
export type Coverage = "inspected" | "metered" | "refused";

/** What may pass unread, each only for agents whose policy lists it. */
export const meteredFamilies = ["chat", "moderations", "rerank", "audio", "images", "files"] as const;
export type MeteredFamily = (typeof meteredFamilies)[number];

/** OpenAI's two ways to chat, of which a server, or a model, may know only one. */
export const chatForms = ["chat", "responses"] as const;
export type ChatForm = (typeof chatForms)[number];

export interface CoveredRoute {
  readonly method: string;
  /** Segments; `*` stands for one, also before a suffix (`*:embedContent`), `+` for one with escapes. */
  readonly path: string;
  readonly coverage: Coverage;
  /** What is spoken there; undefined where it is refused. */
  readonly dialect: Dialect | undefined;
  /** Of a metered route. */
  readonly family?: MeteredFamily;
  /** Of a metered route: its answers say what they used, and that much is read of them. */
  readonly saysUsage?: boolean;
}

/** A vendor's HTTP API: which routes it has, what is spoken there, how a credential is shown. */
export interface Api {
  readonly routes: readonly CoveredRoute[];
  /** Speaks where no route does; translated calls are written in it where it has a translation. */
  readonly dialect: Dialect;
  /** Undefined: there is one way to chat. */
  readonly chatForms?: Readonly<Record<ChatForm, Dialect>>;
  /** Request headers of this vendor's own that go on; lower case. */
  readonly headers: readonly string[];
  /**
   * Headers that show the secret, and those without which the API does not answer. `path`: at the upstream,
   * where one API is spoken in two places that are shown it differently.
   */
  authorize(secret: string | undefined, path?: string): Readonly<Record<string, string>>;
  /** Path and query of a call that came in on another API's route; undefined: not spoken here. */
  endpoint(
    dialect: Dialect,
    call: { readonly model: string; readonly isStream: boolean },
  ): string | undefined;
  /** Path and query below a base URL that holds a part of the path already; undefined: they stay. */
  below?(basePath: string, path: string): string;
}
