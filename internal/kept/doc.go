// Package kept owns what somebody keeps to find things again: filters over the
// worklists, and searches.
//
// It owns the table kept_lists. It imports casefile (Filter, Query, Filtered,
// Find), policy, realm and the floors below.
//
// It keeps true:
//
//   - A filter holds terms and states that rows show anyway. It may be shared
//     with colleagues of the agency who act in the same duty, and one may open
//     the worklist by itself.
//   - What a kept search looks for is sealed before it is stored, under its
//     owner, and stands in no name, address or log. It is its owner's alone;
//     running it opens it, which is recorded, and is a search like any other:
//     asked at the door, counted and recorded.
//   - Keeping something opens no case: each run asks the door again.
package kept
