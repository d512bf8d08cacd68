// Owns telling what stands in a secret's place: variables, fillers, examples that vendors publish. Knows no
// vendor's form.

/**
 * Values printed in documentation and in samples that millions have copied. Google's are those that the
 * rules of gitleaks leave alone (MIT, github.com/gitleaks/gitleaks, b58d3f1), the others of AWS's and
 * Kubernetes' manuals.
 */
const published: ReadonlySet<string> = new Set([
  "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
  "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
  "MWYyZDFlMmU2N2Rm",
  "1f2d1e2e67df",
  "014df517-39d1-4453-b7b3-9930c563627c",
  "6fe4476ee5a1832882e326b506d14126",
  "AIzaSyabcdefghijklmnopqrstuvwxyz1234567",
  "AIzaSyAnLA7NfeLquW1tJFpx_eQCxoX-oo6YyIs",
  "AIzaSyCkEhVjf3pduRDt6d1yKOMitrUEke8agEM",
  "AIzaSyDMAScliyLx7F0NPDEJi1QmyCgHIAODrlU",
  "AIzaSyD3asb-2pEZVqMkmL6M9N6nHZRR_znhrh0",
  "AIzayDNSXIbFmlXbIE6mCzDLQAqITYefhixbX4A",
  "AIzaSyAdOS2zB6NCsk1pCdZ4-P6GBdi_UUPwX7c",
  "AIzaSyASWm6HmTMdYWpgMnjRBjxcQ9CKctWmLd4",
  "AIzaSyANUvH9H9BsUccjsu2pCmEkOPjjaXeDQgY",
  "AIzaSyA5_iVawFQ8ABuTZNUdcwERLJv_a_p4wtM",
  "AIzaSyA4UrcGxgwQFTfaI3no3t7Lt1sjmdnP5sQ",
  "AIzaSyDSb51JiIcB6OJpwwMicseKRhhrOq1cS7g",
  "AIzaSyBF2RrAIm4a0mO64EShQfqfd2AFnzAvvuU",
  "AIzaSyBcE-OOIbhjyR83gm4r2MFCu4MJmprNXsw",
  "AIzaSyB8qGxt4ec15vitgn44duC5ucxaOi4FmqE",
  "AIzaSyA8vmApnrHNFE0bApF4hoZ11srVL_n0nvY",
]);

export const isPublished = (value: string): boolean => published.has(value);

/** Filled in by hand: `xxxxx`, `*****`, `.....`, `000000`. */
export const isFilledIn = (value: string): boolean =>
  /x{5}|X{5}|\*{3}|\.{3}|…|#{4}|0{7}|_{6}|-{6}|redacted/i.test(value);

/** A variable of a shell, a template, a build file or a program, not its value. */
const variable = new RegExp(
  [
    "^(?:\\$|%[A-Za-z_]|%\\(|\\{|<|\\[|@[A-Z_]+@|#\\{|\\(\\(|__[A-Z])",
    "^(?:process\\.env|os\\.environ|env[.[(]|secrets?\\.|vars?\\.)",
  ].join("|"),
);

/** As those write who mean "put yours here". */
const filler = new RegExp(
  [
    "^(?:none|null|nil|undefined|true|false|empty|string|secret|token|password|passwd|pwd|passphrase|key)$",
    "change[-_ ]?(?:me|it|this)|replace[-_ ]?(?:me|with|this)|place[-_ ]?holder",
    "(?:insert|put|enter|add)[-_ ]your",
    "^(?:your|my|our|the)[-_ ]?(?:own|new|api|app|access|client|secret|token|key|pass|user|db|real)",
    "your[-_](?:api|app|access|client|secret|token|key|pass|user|db)|[-_]here$|^<.*>$",
    "example|sample|dummy|fake|mock|foo[-_]?bar|lorem|to[-_ ]?do|redact|removed|hidden|not[-_]?a[-_]?real",
  ].join("|"),
  "i",
);

const sequences = /abcdefgh|bcdefghi|12345678|01234567|87654321|qwertyui|deadbeefdead/i;

export function isPlaceholder(value: string): boolean {
  return isPublished(value) || isFilledIn(value) || variable.test(value) || filler.test(value);
}

/** Typed along the keyboard or the alphabet. */
export const isSequence = (value: string): boolean => sequences.test(value);
