// Package restore tests scripts/restore, which puts the table of a deployed stage back to
// what it was. It has only tests.
//
// In them a business works on the real desk and on DynamoDB Local. In front of that stands a
// twin of AWS, which answers what the script asks for. What DynamoDB Local lacks, it does
// itself: it keeps what lay in the table at a moment, restores it, and backs it up, copying
// the items in DynamoDB Local. It refuses as AWS does what is asked for too early.
//
// The script runs with the real AWS CLI once. Otherwise it runs with a stand-in, which starts
// in a fiftieth of the time. That both ask for the same is a test.
package restore
