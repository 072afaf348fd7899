// The present moment, as state: one clock for each pace, shared by all components, so that they tick together.
import { useSyncExternalStore } from "react";

import { observable, type Observable } from "./observable";

type Pace = "second" | "half-minute";
type Clock = { moment: Observable<Date>; subscribe: (listener: () => void) => () => void };

const PACE_MS: Readonly<Record<Pace, number>> = { second: 1_000, "half-minute": 30_000 };

function clock(pace: Pace): Clock {
  const moment = observable(new Date());
  let watchers = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    moment,
    subscribe: (listener) => {
      watchers += 1;
      if (watchers === 1) {
        // While nobody watched, the clock stood still.
        moment.set(new Date());
        timer = setInterval(() => moment.set(new Date()), PACE_MS[pace]);
      }
      const unsubscribe = moment.subscribe(listener);
      return () => {
        unsubscribe();
        watchers -= 1;
        if (watchers === 0) clearInterval(timer);
      };
    },
  };
}

const clocks: Readonly<Record<Pace, Clock>> = { second: clock("second"), "half-minute": clock("half-minute") };

export function useNow(pace: Pace = "half-minute"): Date {
  const { moment, subscribe } = clocks[pace];
  return useSyncExternalStore(subscribe, moment.get);
}
