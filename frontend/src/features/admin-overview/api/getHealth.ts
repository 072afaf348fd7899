import { useQuery } from "@tanstack/react-query";

import { api } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import { problemOf } from "@/shared/api/problem";
import type { Health } from "@/shared/api/schema.gen";

const ASK_EVERY_MS = 5_000;

/** Also what is answered with 503: without a database it still says what is the matter. */
export function useHealth() {
  return useQuery({
    queryKey: [...keys.metrics, "health"],
    queryFn: async ({ signal }): Promise<Health> => {
      const { data, error, response } = await api.GET("/api/v1/health", { signal });
      if (data !== undefined) return data;
      if (isHealth(error)) return error;
      throw problemOf(response, error, new Date());
    },
    refetchInterval: ASK_EVERY_MS,
  });
}

function isHealth(body: unknown): body is Health {
  return typeof body === "object" && body !== null && "database" in body && "concurrency" in body;
}
