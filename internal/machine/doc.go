// Package machine tests scripts/rotate-machine, which gives the platform's client of a
// deployed stage another secret. It has only tests.
//
// They run the script with a stand-in for the AWS CLI, and once with a real one before a
// server that answers as CloudFormation and Cognito document.
package machine
