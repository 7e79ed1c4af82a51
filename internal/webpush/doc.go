// Package webpush sends messages to browsers by Web Push: RFC 8030 says how a push service is
// asked, RFC 8291 how a message is encrypted so that no service reads it, and RFC 8292 how its
// sender says who it is.
//
// It knows nothing of the desk. https://www.rfc-editor.org/rfc/rfc8030,
// https://www.rfc-editor.org/rfc/rfc8291, https://www.rfc-editor.org/rfc/rfc8292
package webpush
