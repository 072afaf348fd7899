import type { Plugin } from "vite";

type Files = ReadonlyMap<string, readonly string[]>;

/**
 * Two files that need each other run in the order in which a page happens to ask for them: on some page one finds the
 * other's functions not made yet. Files are put together by hand here, so the build looks for that, and fails.
 */
export function noCircularFiles(): Plugin {
  return {
    name: "no-circular-files",
    apply: "build",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
      const circle = circleOf(new Map(chunks.map(({ fileName, imports }) => [fileName, imports])));
      if (circle !== null) this.error(`files that need each other: ${circle.join(" -> ")}`);
    },
  };
}

/** The first circle of imports that is found, or null. */
function circleOf(files: Files): string[] | null {
  const done = new Set<string>();
  const look = (name: string, path: readonly string[]): string[] | null => {
    const start = path.indexOf(name);
    if (start !== -1) return [...path.slice(start), name];
    if (done.has(name)) return null;
    for (const next of files.get(name) ?? []) {
      const circle = look(next, [...path, name]);
      if (circle !== null) return circle;
    }
    done.add(name);
    return null;
  };
  for (const name of files.keys()) {
    const circle = look(name, []);
    if (circle !== null) return circle;
  }
  return null;
}
