// Owns where property tests begin: in CI at the same values each time, elsewhere at others. Knows no
// property.

import fc from "fast-check";

if (process.env.CI !== undefined) fc.configureGlobal({ seed: 20_261_121 });
