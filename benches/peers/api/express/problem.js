// RFC 9457, for whatever goes wrong.
import { ZodError } from "zod"

export class Problem extends Error {
  constructor(status, code, detail) {
    super(code)
    this.status = status
    this.body = { type: "about:blank", status, code, detail }
  }
}

// Express knows a handler of errors by its four parameters.
export function problems(error, req, res, next) {
  if (res.headersSent) return next(error)
  const problem = known(error)
  if (problem.status >= 500) req.fault = error.stack
  res.status(problem.status).type("application/problem+json").send(JSON.stringify(problem.body))
}

function known(error) {
  if (error instanceof Problem) return error
  if (error instanceof ZodError) return new Problem(422, "request.invalid", error.issues.map((issue) => issue.path.join(".")).join(", "))
  // Of the parser of bodies.
  if (error.status >= 400 && error.status < 500) return new Problem(error.status, "request.invalid")
  if (error.code === "23505") return new Problem(409, "store.name_taken")
  return new Problem(500, "internal")
}
