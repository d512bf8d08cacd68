// Owns the sets of characters that ECMA-262 has a word for, as RE2 writes them. Knows no pattern.

/** ECMA-262's white space and line ends; RE2's own `\s` is ASCII alone. */
const spaces =
  "\\t-\\r \\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}" + "\\x{202F}\\x{205F}\\x{3000}\\x{FEFF}";
/** All others. */
const inks =
  "\\x{0}-\\x{8}\\x{E}-\\x{1F}!-\\x{9F}\\x{A1}-\\x{167F}\\x{1681}-\\x{1FFF}" +
  "\\x{200B}-\\x{2027}\\x{202A}-\\x{202E}\\x{2030}-\\x{205E}\\x{2060}-\\x{2FFF}" +
  "\\x{3001}-\\x{FEFE}\\x{FF00}-\\x{10FFFF}";

/** Of a letter behind a backslash: the inside of a class; undefined: it names no set. */
export function classInside(letter: string): string | undefined {
  switch (letter) {
    case "d":
    case "D":
    case "w":
    case "W":
      return `\\${letter}`;
    case "s":
      return spaces;
    case "S":
      return inks;
    default:
      return undefined;
  }
}

/** `.`: all but the ends of lines. */
export const anyInLine = "[^\\n\\r\\x{2028}\\x{2029}]";
export const anything = "(?s:.)";
export const nothing = "[^\\x{0}-\\x{10FFFF}]";

const categories: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Letter: "L",
    Cased_Letter: "LC",
    Uppercase_Letter: "Lu",
    Lowercase_Letter: "Ll",
    Titlecase_Letter: "Lt",
    Modifier_Letter: "Lm",
    Other_Letter: "Lo",
    Mark: "M",
    Combining_Mark: "M",
    Nonspacing_Mark: "Mn",
    Spacing_Mark: "Mc",
    Enclosing_Mark: "Me",
    Number: "N",
    Decimal_Number: "Nd",
    digit: "Nd",
    Letter_Number: "Nl",
    Other_Number: "No",
    Punctuation: "P",
    punct: "P",
    Connector_Punctuation: "Pc",
    Dash_Punctuation: "Pd",
    Open_Punctuation: "Ps",
    Close_Punctuation: "Pe",
    Initial_Punctuation: "Pi",
    Final_Punctuation: "Pf",
    Other_Punctuation: "Po",
    Symbol: "S",
    Math_Symbol: "Sm",
    Currency_Symbol: "Sc",
    Modifier_Symbol: "Sk",
    Other_Symbol: "So",
    Separator: "Z",
    Space_Separator: "Zs",
    Line_Separator: "Zl",
    Paragraph_Separator: "Zp",
    Control: "Cc",
    cntrl: "Cc",
    Format: "Cf",
    Surrogate: "Cs",
    Private_Use: "Co",
  }),
);
const short = new Set(categories.values());
/** What RE2 has no word for. */
const spelled: ReadonlyMap<string, string> = new Map([
  ["LC", "\\p{Lu}\\p{Ll}\\p{Lt}"],
  ["ASCII", "\\x{0}-\\x{7F}"],
  ["Any", "\\x{0}-\\x{10FFFF}"],
]);

/**
 * Of `\p{…}`: the inside of a class. Undefined: no such property, or one that RE2 does not know; scripts
 * are left to RE2 to know.
 */
export function propertyInside(property: string): string | undefined {
  const [name = "", value] = property.split("=");
  if (value === undefined || name === "General_Category" || name === "gc") {
    const code = categories.get(value ?? name) ?? value ?? name;
    return spelled.get(code) ?? (short.has(code) ? `\\p{${code}}` : undefined);
  }
  const isScript = name === "Script" || name === "sc";
  return isScript && /^[A-Za-z_]+$/.test(value) ? `\\p{${value}}` : undefined;
}
