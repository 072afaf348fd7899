/** How many other sessions ended with what was done. */
export function endedWords(ended: number): string {
  if (ended === 0) return "You were signed in nowhere else.";
  return ended === 1 ? "One other session has ended." : `${ended} other sessions have ended.`;
}
