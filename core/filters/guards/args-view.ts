// Owns how the arguments of a tool call are read: as JSON where they begin as an object, a list or a string,
// and else as written. Knows no guard.

import type { Cut } from "./cuts.ts";
import { JsonView } from "./json-view.ts";
import { PlainView, type TextView } from "./view.ts";

/** Code, a patch or a command is no JSON, and its quotes and backslashes are its own. */
export class ArgsView implements TextView {
  readonly #json = new JsonView();
  readonly #plain = new PlainView();
  /** Undefined while nothing but space has come, which both read alike. */
  #known: TextView | undefined = undefined;

  read(piece: string): string {
    if (this.#known !== undefined) return this.#known.read(piece);
    const first = /\S/.exec(piece)?.[0];
    if (first !== undefined) this.#known = /[{["]/.test(first) ? this.#json : this.#plain;
    if (this.#known !== this.#json) this.#plain.read(piece);
    return this.#known === this.#plain ? piece : this.#json.read(piece);
  }

  gap(units: number): void {
    if (this.#known !== undefined) this.#known.gap(units);
    else for (const view of [this.#json, this.#plain]) view.gap(units);
  }

  cut(cut: Cut): readonly Cut[] | undefined {
    return this.#view.cut(cut);
  }

  written(read: number): number {
    return this.#view.written(read);
  }

  forget(read: number): void {
    this.#view.forget(read);
  }

  get #view(): TextView {
    return this.#known ?? this.#plain;
  }
}
