// Owns the list of scenarios, in the order they run. Knows none of them from inside.

import type { Scenario } from "../scenario.ts";
import { control } from "./control.ts";
import { faults } from "./faults.ts";
import { figures } from "./figures.ts";
import { openEnded } from "./open-ended.ts";
import { promoted } from "./promoted.ts";
import { slotsComeBack } from "./slots.ts";
import { steady } from "./steady.ts";

/** The control comes first: where it does not overspend, nothing that follows proves anything. */
export const scenarios: readonly Scenario[] = [
  control,
  steady,
  ...faults,
  ...promoted,
  openEnded,
  slotsComeBack,
  figures,
];
