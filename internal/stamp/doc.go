// Package stamp asks a timestamp authority to sign a digest (RFC 3161) and
// verifies what it answers.
//
// It imports nothing of Rufaa. The ASN.1 and the CMS signature are read by
// github.com/digitorus/timestamp and pkcs7; what makes an answer good is here.
//
// It keeps true: an answer is accepted only when it is about the digest and
// carries the nonce of the very request, when its certificate is for
// timestamping (critical or not), chains to a root that the operator trusts,
// was valid at the time it names and is now, and is not revoked as far as the
// operator gave lists that tell. Only the digest leaves.
package stamp
