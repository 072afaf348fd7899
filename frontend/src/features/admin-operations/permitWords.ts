// Why an operation does not run yet, for people; the words are the API's own.

const REASONS: Readonly<Record<string, string>> = {
  next: "Goes next: a permit is free",
  permits_taken: "All permits are taken",
  account_full: "Its account holds as many permits as one may",
  paused: "Paused until its next try",
  cluster_away: "The cluster does not answer",
};

export function permitReason(reason: string): string {
  return REASONS[reason] ?? reason;
}
