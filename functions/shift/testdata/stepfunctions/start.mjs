// A Step Functions for tests. It runs the state machine whose definition is the file
// argv[2] on a free port of the loopback address, prints its URL, and ends when standard
// input does: with the test that started it, however that one ends.
//
// It answers what AWS documents for the few operations below. States, transitions, Retry and
// Catch are those of aws-local-stepfunctions; only nothing takes time. A Task posts
// {"input": …} to the URL argv[3] in place of invoking a Lambda function. The answer is
// its result, or, with the header X-Amz-Function-Error, {"errorType", "errorMessage"}.
import fs from "node:fs";
import http from "node:http";
import { json } from "node:stream/consumers";
import { ExecutionTimeoutError, StateMachine } from "aws-local-stepfunctions";

// The interpreter needs it, and Node.js 20 is without.
Promise.withResolvers ??= () => {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
};

// The interpreter reads the clock to see how much of a Wait is left. With one that is
// behind every timestamp none is, and the timestamp is still looked up and checked, which
// it would not be were the state overridden.
Date.now = () => Number.MAX_SAFE_INTEGER;
const now = () => new Date().getTime() / 1000;

const [definitionFile, handler] = process.argv.slice(2);
const machineArn = "arn:aws:states:eu-central-1:000000000000:stateMachine:shift";
const definition = JSON.parse(
  fs.readFileSync(definitionFile, "utf8")
    .replaceAll("${ShiftFunctionArn}", "arn:aws:lambda:eu-central-1:000000000000:function:shift"),
);
const machine = new StateMachine(definition);
const forStates = (value) => Object.fromEntries(Object.keys(definition.States).map((name) => [name, value]));

const executions = new Map(); // by ARN, in the order of their start

class Refusal extends Error {
  constructor(type, message) {
    super(message);
    this.type = type;
  }
}

// invoke makes a Task's result. An error's name is what Retry and Catch look at. Of an
// execution that was stopped the interpreter would still retry a Task that failed, but
// enters no other state after a result.
async function invoke(execution, input) {
  if (execution.status !== "RUNNING") return null;
  const answer = await fetch(handler, { method: "POST", body: JSON.stringify({ input }) });
  if (!answer.ok) throw Object.assign(new Error(`the handler answered ${answer.status}`), { name: "Lambda.Unknown" });
  const result = await answer.json();
  if (answer.headers.has("x-amz-function-error")) {
    throw Object.assign(new Error(result.errorMessage), { name: result.errorType });
  }
  return result;
}

function end(execution, status, how) {
  if (execution.status === "RUNNING") Object.assign(execution, { status, stopDate: now(), ...how });
}

function start(executionArn, name, input) {
  const execution = { executionArn, stateMachineArn: machineArn, name, input, status: "RUNNING", startDate: now() };
  executions.set(executionArn, execution);
  const { result, abort } = machine.run(JSON.parse(input), {
    overrides: { taskResourceLocalHandlers: forStates((given) => invoke(execution, given)), retryIntervalOverrides: forStates(0) },
  });
  execution.abort = abort;
  result.then(
    (output) => end(execution, "SUCCEEDED", { output: JSON.stringify(output) }),
    (error) => end(execution, error instanceof ExecutionTimeoutError ? "TIMED_OUT" : "FAILED", {
      error: error.cause?.name, cause: error.cause?.message,
    }),
  );
  return execution;
}

function checkMachine(arn) {
  if (arn !== machineArn) throw new Refusal("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
}

function find(arn) {
  const execution = executions.get(arn);
  if (!execution) throw new Refusal("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  return execution;
}

const operations = {
  StartExecution({ stateMachineArn, name, input }) {
    checkMachine(stateMachineArn);
    if (!/^[\w-]{1,80}$/.test(name)) throw new Refusal("InvalidName", `Invalid Name: '${name}'`);
    try {
      JSON.parse(input);
    } catch (error) {
      throw new Refusal("InvalidExecutionInput", `Invalid State Machine Execution Input: '${error.message}'`);
    }
    const arn = `${machineArn.replace(":stateMachine:", ":execution:")}:${name}`;
    const execution = executions.get(arn) ?? start(arn, name, input);
    if (execution.status !== "RUNNING" || execution.input !== input) {
      throw new Refusal("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
    }
    return { executionArn: arn, startDate: execution.startDate };
  },
  DescribeExecution: ({ executionArn }) => find(executionArn),
  StopExecution({ executionArn, error, cause }) {
    const execution = find(executionArn);
    end(execution, "ABORTED", { error, cause });
    execution.abort();
    return { stopDate: execution.stopDate };
  },
  // The newest come first, on one page.
  ListExecutions({ stateMachineArn, statusFilter }) {
    checkMachine(stateMachineArn);
    return {
      executions: [...executions.values()].reverse()
        .filter(({ status }) => !statusFilter || status === statusFilter)
        .map(({ input, output, error, cause, ...listed }) => listed),
    };
  },
};

const server = http.createServer(async (request, response) => {
  let status = 200;
  let answer;
  try {
    const operation = operations[request.headers["x-amz-target"]?.replace("AWSStepFunctions.", "")];
    if (!operation) throw new Refusal("UnknownOperationException", request.headers["x-amz-target"]);
    answer = operation(await json(request));
  } catch (error) {
    status = error instanceof Refusal ? 400 : 500;
    answer = { __type: error.type ?? "InternalFailure", message: error.message };
  }
  response.writeHead(status, { "Content-Type": "application/x-amz-json-1.0" }).end(JSON.stringify(answer));
});
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`));
process.stdin.on("end", () => process.exit()).resume();
