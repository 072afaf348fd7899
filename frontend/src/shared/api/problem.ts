// Every failed request becomes one of these, whether the server answered (RFC 9457), a proxy did, or nobody.
import type { FieldError, Problem } from "./schema.gen";

/** Codes of what no answer of Souk stands behind. */
export type ClientCode = "client.offline" | "client.unreachable" | "client.unreadable";

export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly fields: readonly FieldError[];
  readonly correlationId: string | null;
  readonly currentState: string | null;
  /** When to come again, where the server said so. */
  readonly retryAt: Date | null;

  constructor(problem: Problem, retryAt: Date | null) {
    super(problem.detail || problem.title);
    this.code = problem.code;
    this.status = problem.status;
    this.title = problem.title;
    this.detail = problem.detail;
    this.fields = problem.errors ?? [];
    this.correlationId = problem.correlation_id || null;
    this.currentState = problem.current_state ?? null;
    this.retryAt = retryAt;
  }
}

export function isProblem(error: unknown, code?: string): error is ApiProblem {
  return error instanceof ApiProblem && (code === undefined || error.code === code);
}

/** The problem in an answer that is not good; `body` is what was read of it. */
export function problemOf(response: Response, body: unknown, now: Date): ApiProblem {
  const retryAt = retryTime(response.headers.get("Retry-After"), now);
  if (isProblemBody(body)) return new ApiProblem(body, retryAt);
  const problem: Problem = {
    type: "about:blank",
    code: "client.unreadable" satisfies ClientCode,
    status: response.status,
    title: "The server's answer could not be read",
    detail: `Status ${response.status}, and not in the words of Souk.`,
    correlation_id: response.headers.get("X-Correlation-Id") ?? "",
  };
  return new ApiProblem(problem, retryAt);
}

/** What `fetch` rejects with: there was no answer at all. */
export function problemWithoutAnswer(online: boolean): ApiProblem {
  const code: ClientCode = online ? "client.unreachable" : "client.offline";
  const title = online ? "Souk cannot be reached" : "You are offline";
  return new ApiProblem({ type: "about:blank", code, status: 0, title, detail: "", correlation_id: "" }, null);
}

function isProblemBody(body: unknown): body is Problem {
  return (
    typeof body === "object" &&
    body !== null &&
    "code" in body &&
    typeof body.code === "string" &&
    "title" in body &&
    typeof body.title === "string" &&
    "status" in body &&
    typeof body.status === "number"
  );
}

function retryTime(header: string | null, now: Date): Date | null {
  if (header === null) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return new Date(now.getTime() + seconds * 1000);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : new Date(date);
}
