import { expect, test } from "vitest";

import { isProblem, problemOf, problemWithoutAnswer } from "./problem";
import { canTryAgain, problemWords } from "./problemWords";

const NOW = new Date("2026-11-28T08:00:00Z");

function answer(status: number, body: unknown, headers: Record<string, string> = {}) {
  return problemOf(new Response(null, { status, headers }), body, NOW);
}

const locked = {
  type: "urn:souk:problem:auth.locked",
  code: "auth.locked",
  status: 423,
  title: "Signing in is locked for a while",
  detail: "Five tries in a row were wrong",
  correlation_id: "7hq2x0c5p9mzk3tw4d8e",
};

test("a problem of the server keeps its code, its reference and when to come again", () => {
  const problem = answer(423, locked, { "Retry-After": "900" });
  expect(isProblem(problem, "auth.locked")).toBe(true);
  expect(problem.correlationId).toBe("7hq2x0c5p9mzk3tw4d8e");
  expect(problem.retryAt).toEqual(new Date("2026-11-28T08:15:00Z"));
});

test("when to come again may be a date", () => {
  expect(answer(503, locked, { "Retry-After": "Sat, 28 Nov 2026 08:01:00 GMT" }).retryAt).toEqual(
    new Date("2026-11-28T08:01:00Z"),
  );
  expect(answer(503, locked, { "Retry-After": "soon" }).retryAt).toBeNull();
});

test("what a proxy answers in the server's place is a problem of its own, with the reference if there is one", () => {
  for (const body of [null, "<html>Bad gateway</html>", { message: "no" }]) {
    const problem = answer(502, body, { "X-Correlation-Id": "abc" });
    expect(problem.code).toBe("client.unreadable");
    expect(problem.status).toBe(502);
    expect(problem.correlationId).toBe("abc");
  }
});

test("without an answer it says whether the network or the server is away", () => {
  expect(problemWithoutAnswer(true).code).toBe("client.unreachable");
  expect(problemWithoutAnswer(false).code).toBe("client.offline");
});

test("each problem says what happened and what to do", () => {
  const words = problemWords(answer(423, locked));
  expect(words.title).toBe(locked.title);
  expect(words.text).toBe(locked.detail);
  expect(words.advice).toContain("signed in");
});

test("the fields of a refused request stand in its words", () => {
  const invalid = {
    ...locked,
    code: "request.invalid",
    status: 422,
    errors: [{ field: "name", message: "must be 3 to 30 characters long" }],
  };
  expect(problemWords(answer(422, invalid)).text).toBe("name must be 3 to 30 characters long");
});

test("a fault of the page itself has words, too", () => {
  expect(problemWords(new Error("x is undefined")).text).toBe("x is undefined");
  expect(problemWords("odd").title).toBe("This page met a fault of its own");
});

test("only what may pass can be tried again by a click", () => {
  expect(canTryAgain(answer(503, { ...locked, status: 503, code: "database.unavailable" }))).toBe(true);
  expect(canTryAgain(problemWithoutAnswer(true))).toBe(true);
  expect(canTryAgain(answer(404, { ...locked, status: 404, code: "store.not_found" }))).toBe(false);
});
