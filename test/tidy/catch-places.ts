// Owns the list of places that may catch, each with its reason. Everything else returns its "no" as a value.

export interface CatchPlace {
  readonly place: RegExp;
  readonly reason: string;
}

export const catchPlaces: readonly CatchPlace[] = [
  {
    place: /^core\/motion\/pipeline[^/]*\.ts$/,
    reason: "a bug in a visit becomes an answer, and close is owed",
  },
  {
    place: /^core\/motion\/forward[^/]*\.ts$/,
    reason: "a lost upstream becomes a Refusal or a further attempt",
  },
  {
    place: /^core\/motion\/pump\.ts$/,
    reason: "runs visits from socket events, where no caller could catch",
  },
  { place: /^core\/motion\/transport\.ts$/, reason: "undici's dispatch throws on what it will not send" },
  { place: /^core\/motion\/server[^/]*\.ts$/, reason: "the last line before the socket" },
  { place: /^core\/policy\//, reason: "bad files become problems with file and line" },
  { place: /^core\/stores\//, reason: "a lost store becomes the limit's own setting" },
  { place: /(^|\/)main\.ts$/, reason: "a program's end: one line and an exit code" },
  { place: /^cli\//, reason: "a command's end: one line and an exit code" },
  { place: /^mock\//, reason: "the mock provider stages faults on purpose" },
  { place: /-adapter\.ts$/, reason: "wraps one parser or library that throws and returns a value" },
  { place: /^(test|bench|examples)\//, reason: "looks at what throws, from outside the product" },
];
