// Owns how deep calls from agent to agent may go where a policy says nothing, and at most. Counts nothing.

/** The sixth agent behind another is refused. */
export const depthOtherwise = 5;

/** Each level adds to the token that travels, and to what an attempt draws on. */
export const depthMost = 16;
