// Generates the API's types and the tree of routes again, and fails where the committed ones differ.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const GENERATED = ["src/shared/api/schema.gen.ts", "src/app/routeTree.gen.ts"];

const before = GENERATED.map((file) => readFileSync(file, "utf8"));
execFileSync("npm", ["run", "--silent", "generate"], { stdio: ["ignore", "ignore", "inherit"] });
const drifted = GENERATED.filter((file, index) => readFileSync(file, "utf8") !== before[index]);
if (drifted.length > 0) {
  console.error(`Drifted, now generated anew; commit them: ${drifted.join(", ")}`);
  process.exit(1);
}
console.log("Generated files are what their sources say");
