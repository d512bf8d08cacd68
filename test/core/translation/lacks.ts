// Owns what a dialect has no word for, by its own account: the losses of a translation that are known.
// Knows no comparison.

/** Places as `differences` names them, and why what stands there does not come back as it was. */
export type Lacks = readonly (readonly [RegExp, string])[];

const mediaTokens = /^usage\.(cached)?(audio|image|video)\w+$/i;

/** Of any two dialects. */
const always: Lacks = [
  [/^\+choices\.length$/, "an answer always has a choice"],
  [/^\+choices\.\*\.stop\.(stop|tool_calls)$/, "an answer always says why it ended"],
  [
    /^\+?reasoning\.effort$|^\+?reasoning\.tokensMax$/,
    "how much to think is said in words or in tokens, which differ",
  ],
];

const byDialect: Readonly<Record<string, Lacks>> = {
  "openai-chat": [
    [/^turns\.\*\.results\.\*\.isError$/, "a result has no word for being an error but its own text"],
    [/^turns\.\*\.results\.\*\.name$/, "a result names its call alone"],
    [/^turns\.\*\.reasoning\.(length|\*\.(signature|isRedacted))$/, "what was thought has no proof"],
    [/^\+turns\.\*\.said\.\*\.name$/, "a file has to have a name"],
    [/^\+format\.name$/, "a schema has to have a name"],
    [/^reasoning$/, "there is no word for thinking as much as it takes"],
    [/^no way back: sampling\.topK$/, "imitators take top_k, OpenAI does not"],
    [/^no way back: messages\.\*\.parts\.\*$/, "imitators take images in results, OpenAI does not"],
    [/^choices\.\*\.stop\.(refusal|pause|other)$/, "no word for this end but stop or content_filter"],
    [/^\+choices\.\*\.stop\.content_filter$/, "a refusal ends as what a filter stopped"],
    [
      /^usage\.(webSearches|cacheWrite1hTokens|cached(Audio|Image|Video)\w+|(image|video)\w+)$/,
      "not counted apart",
    ],
  ],
  "openai-responses": [
    [/^turns\.\*\.results\.\*\.isError$/, "a result has no word for being an error but its own text"],
    [/^turns\.\*\.results\.\*\.name$/, "a result names its call alone"],
    [
      /^turns\.\*\.reasoning\.(length|\*\.(signature|isRedacted))$/,
      "what was thought is sealed for OpenAI alone, and goes back sealed or not at all",
    ],
    [/^\+turns\.\*\.(said|results\.\*\.content)\.\*\.name$/, "a file has to have a name"],
    [/^\+format\.name$/, "a schema has to have a name"],
    [/^\+tools\.\*\.isStrict$/, "a tool is strict unless it says that it is not"],
    [/^reasoning$/, "there is no word for thinking as much as it takes"],
    [/^no way back: messages\.\*\.parts\.\*$/, "what is heard may come as a file, and is none then"],
    [/^toolChoice$/, "there is a choice where there are tools"],
    [/^sampling\.(presence|frequency)Penalty$/, "only the penalty of 0 is taken, which is none"],
    [/^choices\.length$/, "there is one choice; a call for more is not sent"],
    [
      /^\+?choices\.\*\.stop\.(refusal|content_filter|pause|other)$/,
      "no word for this end, or one for several",
    ],
    [
      /^usage\.(webSearches|cacheWrite1hTokens|cached(Audio|Image)\w+|(cachedV|v)ideo\w+)$/,
      "not counted apart",
    ],
  ],
  "anthropic-messages": [
    [/^\+outputTokensMax$/, "an answer has to have a bound"],
    [/^turns\.\*\.reasoning\.length$/, "what was thought goes back with its proof or not at all"],
    [/^reasoning$/, "not thinking is the same as not being asked to"],
    [/^format\.name$|^\+?format\.isStrict$/, "a schema has no name, and is always kept to"],
    [/^turns\.\*\.results\.\*\.name$/, "a result names its call alone"],
    [/^sampling\.(presence|frequency)Penalty$/, "only the penalty of 0 is taken, which is none"],
    [/^\+?toolChoice$/, "there is a choice where there are tools and it says more than auto"],
    [/^allowsParallelToolCalls$/, "calls are parallel unless forbidden"],
    [/^choices\.length$/, "there is one choice; a call for more is not sent"],
    [/^choices\.\*\.texts\.refusal$|^\+choices\.\*\.texts\.text$/, "a refusal is text"],
    [
      /^choices\.\*\.stop\.(content_filter|other)$/,
      "its words are stop, length, tool_calls, refusal and pause",
    ],
    [
      /^\+?choices\.\*\.stop\.(refusal|stop)$/,
      "what a filter stopped ends as a refusal, and a refusal so too",
    ],
    [/^turns\.\*\.said\.\*\.(kind|source|type|mediaType)$/, "a document of plain text is its text"],
    [/^\+turns\.\*\.said\.(length|\*\.text)$/, "a document of plain text is its text, under its name"],
    [/^\+usage$/, "an answer always counts its tokens"],
    [/^usage\.webSearches$/, "not counted apart"],
    [mediaTokens, "not counted apart"],
  ],
  gemini: [
    [/^tools\.\*\.isStrict$/, "a tool is not strict by itself"],
    [/^format\.(name|isStrict)$/, "a schema has no name, and is always kept to"],
    [/^reasoning$/, "not every model can be kept from thinking"],
    [/^turns\.\*\.reasoning\.(length|\*\.isRedacted)$/, "what was thought goes back as a proof alone"],
    [/^\+?turns\.\*\.results\.\*\.name$/, "a result names its tool"],
    [/^\+?turns\.\*\.said\.\*\.name$/, "what is attached has no name"],
    [/^no way back: .*\.tool_result\.content$/, "before Gemini 3 a result is text alone"],
    [/^\+?toolChoice$/, "there is a choice where there are tools, and where these are strict"],
    [/^allowsParallelToolCalls$/, "calls are parallel"],
    [/^no way back: messages$/, "an empty text is none"],
    [/^turns\.\*\.results\.\*\.content\.length$/, "a result has one text"],
    [/^choices\.\*\.calls\.length$/, "arguments are an object; others are MALFORMED_FUNCTION_CALL"],
    [/^choices\.\*\.texts\.refusal$|^\+choices\.\*\.texts\.text$/, "a refusal is text"],
    [/^\+?choices\.\*\.stop\.(refusal|pause|other|tool_calls)$/, "no word for this end, or one for several"],
    [/^usage\.(cacheWrite(1h)?Tokens|webSearches)$/, "not counted apart"],
    [mediaTokens, "not counted apart"],
  ],
  "bedrock-converse": [
    [/^format\.(name|isStrict)$/, "a schema is always kept to"],
    [
      /^\+?turns\.\*\.(said|results\.\*\.content)\.\*\.name$/,
      "a document has a name of few signs, an image has none",
    ],
    [/^tools\.length$|^toolChoice$/, "no tool can be chosen only by offering none"],
    [/^sampling\.(presence|frequency)Penalty$/, "only the penalty of 0 is taken, which is none"],
    [/^allowsParallelToolCalls$/, "calls are parallel unless forbidden"],
    [/^turns\.\*\.results\.\*\.name$/, "a result names its call alone"],
    [/^turns\.\*\.reasoning\.length$/, "what was thought goes back with its proof or not at all"],
    [/^reasoning$/, "not thinking is the same as not being asked to"],
    [/^choices\.length$/, "there is one choice; a call for more is not sent"],
    [/^choices\.\*\.texts\.refusal$|^\+choices\.\*\.texts\.text$/, "a refusal is text"],
    [
      /^\+?choices\.\*\.stop\.(refusal|content_filter|pause|other)$/,
      "no word for this end, or one for several",
    ],
    [/^\+usage$/, "an answer always counts its tokens"],
    [/^usage\.(reasoningTokens|cacheWrite1hTokens|webSearches)$/, "not counted apart"],
    [mediaTokens, "not counted apart"],
  ],
};

/** Undefined: nothing explains it, so it is a fault. */
export function explain(lost: string, ...dialects: readonly string[]): string | undefined {
  const lacks = [...always, ...dialects.flatMap((name) => byDialect[name] ?? [])];
  return lacks.find(([place]) => place.test(lost))?.[1];
}
