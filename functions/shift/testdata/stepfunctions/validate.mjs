// Validates the state machine's definition in the file argv[2], and exits with 1 and a
// list of what is wrong with it if anything is.
import fs from "node:fs";
import validate from "asl-validator";

const { isValid, errorsText } = validate(JSON.parse(fs.readFileSync(process.argv[2], "utf8")));
if (!isValid) {
  console.log(errorsText("\n"));
  process.exit(1);
}
