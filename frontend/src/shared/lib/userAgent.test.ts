import { expect, it } from "vitest";

import { deviceWords, isPhone } from "./userAgent";

it.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36", "Chrome on macOS"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari on iPhone"],
  ["Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"],
  ["curl/8.14.1", "curl"],
  ["souk-report/1.0", "souk-report/1.0"],
  [null, "Unknown program"],
])("says of %s that it is %s", (userAgent, words) => {
  expect(deviceWords(userAgent)).toBe(words);
});

it("knows phones and tablets", () => {
  expect(isPhone("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X)")).toBe(true);
  expect(isPhone("Mozilla/5.0 (X11; Linux x86_64)")).toBe(false);
  expect(isPhone(null)).toBe(false);
});
