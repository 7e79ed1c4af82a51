// Package pushapp keeps SNS platform applications for CloudFormation, which has no
// resource of its own for them. It is the handler of a custom resource with these
// properties, all of them strings:
//
//	Name             the application's name, which is unique in account, region and platform
//	Platform         fcm, apns, apns_sandbox, apns_voip or apns_voip_sandbox
//	SecretArn        the secret in Secrets Manager that holds the credential
//	SecretVersion    any text; changing it has the secret read again after a rotation
//	FeedbackRoleArn  the role by which SNS logs what becomes of each push; may be left out,
//	                 and SNS ceases to log when it is taken out
//
// Its physical id, and its attribute Arn, is the ARN of the application.
//
// The credential is read when the stack is deployed, by this function alone. A dynamic
// reference in the template would put it into the event, and cannot carry it anyway: a
// key of several lines is no longer JSON when it is pasted into a JSON string. Logs and
// answers hold nothing of it either: of an error of SNS or Secrets Manager only the name
// is passed on, see cause.
//
// The secret of fcm is the JSON file of a Firebase service account as Google gives it
// out. That of the others, which use tokens and no certificates, is
//
//	{"signingKey": "-----BEGIN PRIVATE KEY-----…", "keyId": "…", "teamId": "…", "bundleId": "…"}
//
// One secret serves all of them, with the bundle id of the app: apns_voip and
// apns_voip_sandbox, which are for the tokens of PushKit, make Apple's topic of it.
//
// # The phones must survive
//
// The endpoints of all phones belong to the application and go with it, so a rotated key
// is set in place. Creating and updating are therefore one operation: it sets the
// attributes of the application that has the name and the platform, and creates it if
// there is none. Repeating it changes nothing. With another name or platform it leads to
// another ARN, which CloudFormation takes for a replacement; it then has the old one
// deleted. The logical id of the resource should never change, for the same reason: the
// new one would take over the application and the old one's end would delete it. A
// DeletionPolicy and an UpdateReplacePolicy of Retain guard against both.
//
// A stack whose new credential was refused rolls back by setting the credential once
// more, from the secret as it is then. Put the old value back into the secret first, or
// else continue the rollback when that is done.
package pushapp
