// Package costs computes what a stage costs: idle, for a million escalations, and for a
// month of three sizes of business. It multiplies four things and knows no others:
//
//   - the list prices in prices.tsv, each with where it is from and when it was looked up;
//   - a Deployment, which Read finds in the templates: alarms, functions, days of logs;
//   - Steps, which package steps measures by running the functions: units, messages,
//     pushes, bytes of logs;
//   - Assumptions, which nothing here can measure, each with its reason.
//
// A Report makes tables of it, which make costs writes into docs/deploy.md. A test of
// infra, where the templates are, holds that they are as they would be written now, and
// that an idle stage and a whole life cost no more than was promised.
package costs
