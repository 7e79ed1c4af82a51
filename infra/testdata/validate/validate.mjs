// Validates the CloudFormation templates that are named, prints what is wrong with them,
// and exits with 1 when there is an error.
import { RegoEngine, TemplateFile } from "@aws/cloudformation-validate";

const engine = new RegoEngine();
let errors = 0;
for (const file of process.argv.slice(2)) {
  for (const d of engine.validateStandard(new TemplateFile(file)).diagnostics) {
    if (d.severity === "INFO") continue; // advice, such as which properties cannot be changed in place
    console.log(`${d.severity} ${d.ruleId} ${d.entity?.logicalId ?? ""} ${d.propertyPath ?? ""}: ${d.message}`);
    if (d.severity !== "WARN") errors++;
  }
}
engine.free();
process.exit(errors > 0 ? 1 : 0);
