// Prints, for each GLB named on the command line, what the Khronos validator calls an error.
import { readFileSync } from "node:fs";
import { validateBytes } from "gltf-validator";

for (const path of process.argv.slice(2)) {
  const report = await validateBytes(new Uint8Array(readFileSync(path)), { maxIssues: 1000 });
  for (const issue of report.issues.messages.filter((message) => message.severity === 0)) {
    console.log(`${path}: ${issue.code} ${issue.message} ${issue.pointer ?? ""}`);
  }
}
