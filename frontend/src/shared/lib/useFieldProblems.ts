// Puts what the server says of single fields to those fields of a form, and leaves the rest to the notice above it.
import { useEffect } from "react";
import type { FieldValues, Path, UseFormSetError } from "react-hook-form";

import { isProblem } from "@/shared/api/problem";

/** Whether all that the problem says stands at a field. */
export function isOnlyAbout(error: unknown, fields: readonly string[]): boolean {
  return isProblem(error) && error.fields.length > 0 && error.fields.every(({ field }) => fields.includes(field));
}

export function useFieldProblems<T extends FieldValues>(
  error: unknown,
  fields: readonly Path<T>[],
  setError: UseFormSetError<T>,
): void {
  useEffect(() => {
    if (!isProblem(error)) return;
    for (const { field, message } of error.fields) {
      const known = fields.find((name) => name === field);
      if (known !== undefined) setError(known, { message: sentence(message) }, { shouldFocus: true });
    }
    // The fields of a form do not change while it is open.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [error, setError]);
}

/** `must be …` as the server has it, behind a field's name; `Must be …` where it stands alone. */
function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
