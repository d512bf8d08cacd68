// Owns what a text of an answer is called among the others. Knows no text.

export function nameOf(kind: string, place: string): string {
  return `${kind} ${place}`;
}
