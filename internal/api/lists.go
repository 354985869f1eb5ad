package api

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
)

// listed tells whether the read of this operation id is a list: it has no one
// version, so its ETag is made of what it says.
//
// A list may be kept by whoever asked for it (private, no-cache: asked for anew
// each time). So nothing stands here that opens a sealed text, tells a secret or
// a link that opens anything, or is asked for while an exercise runs and must
// not lie on a disk before the reveal: those stay no-store.
func listed(id string) bool {
	switch id {
	case "agencies", "agency-needs", "break-glass-queue", "calendar", "case-files", "case-inquiries", "case-links",
		"case-lists", "case-referrals", "case-uploads", "certificates", "certifiable", "colleagues", "courses",
		"custody-places", "destroyed-files", "erasures", "exhibits", "family", "file-openings", "gaps", "handover",
		"hash-lists", "history", "inquiries", "inquiry-files", "kept-filter-cases", "likenesses", "notices", "openings",
		"outbox", "overview", "panels", "passkeys", "preview-requests", "provider-questions", "provider-sources",
		"providers", "questionnaires", "referral-inbox", "retention", "rulebook", "rules", "scene-exhibits", "scenes",
		"separation", "separation-told", "services", "sessions", "staff", "store-inventory", "supervision",
		"time-to-care", "unanswered-referrals", "vocabularies", "witnesses", "workload", "worklist":
		return true
	}
	return false
}

// viewLen is how long the digest in a tag is, in characters.
const viewLen = 22

// viewTag is the entity tag of what is read: a keyed digest of what is said, to
// whom, in which duty and language, in answer to which address. Keyed, because
// tags end in logs of proxies, where a bare digest would let anybody try what a
// list may say; bound to who asks, so that nobody learns by another's tag that
// both see the same. The key is the realm's: every server gives the same tag.
//
// What has a version has it before the digest, for If-Match. The version alone
// would not do: a duty that changes, a ground that ends and a hold change what is
// told of a thing that stays as it is.
func (c *call) viewTag(body []byte) string {
	sum := c.office().KeyFile.Index().MAC("list tag", []byte(c.actor.Staff), []byte(c.actor.Agency), []byte(c.actor.Duty),
		[]byte(c.api.language(c, c.r)), []byte(c.r.URL.Path+"?"+c.r.URL.RawQuery), body)
	view := base64.RawURLEncoding.EncodeToString(sum[:16])
	if c.route.versioned {
		view = strconv.FormatInt(c.version, 10) + "-" + view
	}
	return `"` + view + `"`
}

// answerTagged answers a list or a thing with a version, or 304 to who has it
// already. By now the door was asked and the answer made: that it did not change
// is told at the same price.
func (c *call) answerTagged(body []byte) {
	h := c.w.Header()
	tag := c.viewTag(body)
	h.Set("ETag", tag)
	if listed(c.route.id) {
		h.Set("Cache-Control", "private, no-cache")
	}
	if c.holds(tag) {
		c.w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", "application/json")
	c.w.Write(body)
}

// holds tells whether If-None-Match names the tag. "*" names whatever is there.
func (c *call) holds(tag string) bool {
	for _, line := range c.r.Header.Values("If-None-Match") {
		for t := range strings.SplitSeq(line, ",") {
			if t = strings.TrimPrefix(strings.TrimSpace(t), "W/"); t == "*" || t == tag {
				return true
			}
		}
	}
	return false
}
