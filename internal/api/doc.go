// Package api serves the JSON interface under /api/v1 and its description at
// /api/openapi.json: everything the pages do, for other programs.
//
// It owns routes, strict reading of bodies, the shape of answers and the
// problem documents (RFC 9457). It may import office and the rooms; it decides
// nothing: every route names the policy action it stands for, and the rooms
// ask the door.
//
// It keeps true:
//
//   - A route without a policy action cannot be written: the action is an
//     argument of the one function that adds routes.
//   - The order is: who asks, may they know of it, what did they write. A
//     wrong body to somebody else's case is answered like one to no case.
//   - Nothing that was sent comes back in a problem, and no ciphertext leaves.
package api
