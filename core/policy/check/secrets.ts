// Owns refusing secrets written out in policy files. Knows nothing of what the fields mean; never repeats
// a value.

import type { Problem } from "../../contracts/policy.ts";
import type { Located, Path } from "../located.ts";
import { stringAt } from "../located.ts";
import { formatPath } from "../problem.ts";
import { secretShapeAt } from "../secret-shape.ts";

/** Looks at every key and text of a document as it was written, before an overlay may hide it. */
export function findSecrets(root: Located): readonly Problem[] {
  const kind = stringAt(root, ["kind"]) ?? "";
  const name = stringAt(root, ["metadata", "name"]) ?? "";
  const owner = kind === "" || name === "" ? "" : `${kind}/${name} `;
  return secretsBelow(root, []).map(({ path, shape, node }) => ({
    ...node.at,
    path: `${owner}${formatPath(path)}`,
    problem: `${shape} is written out`,
    hint: "name an environment variable or a file instead, and change the secret: it is in the open",
  }));
}

interface Secret {
  readonly path: Path;
  readonly shape: string;
  readonly node: Located;
}

function secretsBelow(node: Located, path: Path): readonly Secret[] {
  if (node.kind === "scalar") {
    const shape = typeof node.value === "string" ? secretShapeAt(path, node.value) : undefined;
    return shape === undefined ? [] : [{ path, shape, node }];
  }
  if (node.kind === "list") return node.items.flatMap((item, index) => secretsBelow(item, [...path, index]));
  return [...node.members].flatMap(([key, member]) => {
    const here = [...path, key];
    const shape = secretShapeAt(path, key);
    const below = secretsBelow(member, here);
    return shape === undefined ? below : [{ path: here, shape, node: member }, ...below];
  });
}
