// Owns how long a string is, as schemas count: in characters, looked at only where its units do not tell.
// Knows no schema.

import { _, type Ajv, type Code, type KeywordCxt, str } from "ajv";

/** A character is one unit or two: ajv's own words count each string whole, 5 ns a unit. */
export function addLengthKeywords(ajv: Ajv): void {
  addKeyword(ajv, "maxLength", isLonger);
  addKeyword(ajv, "minLength", isShorter);
}

function addKeyword(ajv: Ajv, keyword: string, isWrong: (text: string, length: number) => boolean): void {
  ajv.removeKeyword(keyword);
  ajv.addKeyword({
    keyword,
    type: "string",
    schemaType: "number",
    error: { message: str`has another length`, params: ({ schemaCode }) => _`{limit: ${schemaCode}}` },
    code: (context: KeywordCxt) => {
      const { gen, data, schemaCode } = context;
      const test: Code = gen.scopeValue("func", { ref: isWrong });
      context.fail(_`${test}(${data}, ${schemaCode})`);
    },
  });
}

function isLonger(text: string, lengthMax: number): boolean {
  return text.length > lengthMax && charactersIn(text) > lengthMax;
}

function isShorter(text: string, lengthMin: number): boolean {
  if (text.length < lengthMin) return true;
  return text.length < lengthMin * 2 && charactersIn(text) < lengthMin;
}

/** Half a surrogate pair that stands alone is one. */
function charactersIn(text: string): number {
  let characters = text.length;
  for (let at = 1; at < text.length; at++) {
    if (!isTrail(text.charCodeAt(at)) || !isLead(text.charCodeAt(at - 1))) continue;
    characters -= 1;
  }
  return characters;
}

const isLead = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isTrail = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;
