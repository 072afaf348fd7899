import { notFound } from "@tanstack/react-router";

import { isProblem } from "@/shared/api/problem";

const NOT_FOUND = 404;

/** For loaders: what the server does not find, be it gone or somebody else's, is a page that is not there. */
export async function orNotFound<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (isProblem(error) && error.status === NOT_FOUND) throw notFound();
    throw error;
  }
}
