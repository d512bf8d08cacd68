// Owns how a message is read for what its words are: case, marks and punctuation left out. Knows no signal.

/** Of a message: what is asked stands at its beginning or its end, in between is what it is about. */
const edgeCharsMax = 1_000;

export interface Words {
  readonly tokens: readonly string[];
  /** Without white space, for scripts that have none between words. */
  readonly squeezed: string;
  /** Its exclamation marks. */
  readonly exclamations: number;
}

export function wordsOf(text: string): Words {
  const plain = plainOf(edgesOf(text));
  return {
    tokens: plain.match(/[\p{L}\p{N}]+/gu) ?? [],
    squeezed: plain.replace(/[^\p{L}\p{N}]+/gu, ""),
    exclamations: plain.match(/!/g)?.length ?? 0,
  };
}

/** `can't` is `cant`, `parlé` is `parle`. */
export function plainOf(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\p{M}'’ʼ]/gu, "");
}

function edgesOf(text: string): string {
  if (text.length <= 2 * edgeCharsMax) return text;
  return `${text.slice(0, edgeCharsMax)} \n ${text.slice(-edgeCharsMax)}`;
}
