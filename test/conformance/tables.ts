// Owns rows of words and figures as aligned text. Judges nothing.

/** The first column to the left, all others to the right. */
export function table(rows: readonly (readonly (string | number)[])[], indent = ""): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => String(row[column] ?? "").length)),
  );
  return rows
    .map(([first = "", ...others]) => {
      const cells = others.map((cell, at) => String(cell).padStart((widths[at + 1] ?? 0) + 2));
      return `${indent}${String(first).padEnd(widths[0] ?? 0)}${cells.join("")}`.trimEnd();
    })
    .join("\n");
}

export function percent(part: number, all: number): string {
  return `${all === 0 ? 0 : ((100 * part) / all).toFixed(2)} %`;
}
