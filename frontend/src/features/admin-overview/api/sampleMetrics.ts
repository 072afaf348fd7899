import { useQuery, useQueryClient } from "@tanstack/react-query";

import { api, ask } from "@/shared/api/client";
import { keys } from "@/shared/api/keys";
import type { Metric } from "@/shared/api/schema.gen";

import { type Sample, sampleOf } from "../logic/rates";

const SAMPLE_EVERY_MS = 5_000;
/** Ten minutes of them. */
const SAMPLES_MAX = 120;

type Sampled = { metrics: readonly Metric[]; samples: readonly Sample[] };

/** The metrics as they are now, and what was seen of the counters while somebody looked. */
export function useSampledMetrics() {
  const client = useQueryClient();
  const queryKey = [...keys.metrics, "sampled"];
  return useQuery({
    queryKey,
    queryFn: async ({ signal }): Promise<Sampled> => {
      const { metrics } = await ask(api.GET("/api/v1/metrics/json", { signal }));
      const before = client.getQueryData<Sampled>(queryKey)?.samples ?? [];
      return { metrics, samples: [...before, sampleOf(metrics, new Date())].slice(-SAMPLES_MAX) };
    },
    refetchInterval: SAMPLE_EVERY_MS,
  });
}
