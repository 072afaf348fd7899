import { lazy } from "react";

/** The library comes when somebody looks at a chart. */
export const LazyBarChart = lazy(() => import("./BarChart"));
export const LazyLineChart = lazy(() => import("./LineChart"));
