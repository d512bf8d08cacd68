// Owns what a place for a text is in a vendor's body. Knows no vendor.

export interface Place {
  readonly stage: "llm.request" | "tool.result";
  body(text: string): object;
}

export type Places = Readonly<Record<string, Place>>;

/** What a body is put into. */
export type Wrap = (body: object) => object;

export const inRequest = (body: Place["body"]): Place => ({ stage: "llm.request", body });
export const inResult = (body: Place["body"]): Place => ({ stage: "tool.result", body });

/** Of the tool that was called, and of its call. */
export const name = "look_up";
export const id = "call_1";
