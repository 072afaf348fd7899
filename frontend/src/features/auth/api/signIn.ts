import { useMutation } from "@tanstack/react-query";

import { ask, publicApi } from "@/shared/api/client";
import type { Challenge, Login, Session } from "@/shared/api/schema.gen";

/** A session; or a challenge, where there is a second factor. */
export function useSignIn() {
  return useMutation<Session | Challenge, unknown, Login>({
    mutationFn: (body) => ask<Session | Challenge>(publicApi.POST("/api/v1/auth/login", { body })),
  });
}

export function isChallenge(answer: Session | Challenge): answer is Challenge {
  return "challenge" in answer;
}
