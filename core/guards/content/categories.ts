// Owns the categories of content, as policies and findings name them. Knows no word and no weight.

export const categories = [
  "harassment",
  "hate_speech",
  "illegal_activities",
  "self_harm",
  "sexual_content",
  "violence",
] as const;
export type Category = (typeof categories)[number];
