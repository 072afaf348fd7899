import { expect, test } from "vitest";

import { OPERATION_STATES, operationLook, stepLook } from "./OperationState";
import { isOnTheMove, STORE_STATES, stateLook, storeLook } from "./StoreState";

test("every state has words of its own and an icon: colour alone says nothing", () => {
  const looks = [STORE_STATES.map(stateLook), OPERATION_STATES.map(operationLook)];
  for (const group of looks) {
    expect(new Set(group.map(({ words }) => words)).size).toBe(group.length);
    expect(group.every(({ meaning }) => meaning !== "")).toBe(true);
  }
});

test("a ready store shows its health where that is worse, and lost data before all", () => {
  const store = (health: string, lost = false) => storeLook({ state: "ready", health, data_lost: lost }).words;
  expect(store("up")).toBe("Ready");
  expect(store("unknown")).toBe("Ready");
  expect(store("degraded")).toBe("Degraded");
  expect(store("down", true)).toBe("Data lost");
  expect(storeLook({ state: "failed", health: "down", data_lost: true }).words).toBe("Failed");
});

test("a word that a newer server has is shown as it is", () => {
  expect(stateLook("hibernating").words).toBe("hibernating");
  expect(stepLook("paused").words).toBe("paused");
});

test("what changes by itself is known", () => {
  expect(STORE_STATES.filter(isOnTheMove)).toEqual(["requested", "provisioning", "deleting"]);
});
