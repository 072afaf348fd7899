/** A count on an axis: what lies between two says nothing. */
export function whole(value: number): string {
  return Number.isInteger(value) ? String(value) : "";
}
