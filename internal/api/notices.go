package api

import (
	"context"

	"rufaa/internal/casefile"
	"rufaa/internal/notice"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// Notices are what is new for the person.
type Notices struct {
	Notices []NewsRow `json:"notices"`
}

// NewsRow is one notice with its words in the caller's language.
type NewsRow struct {
	notice.Notice
	Urgency notice.Urgency `json:"urgency" enum:"now,soon,calm"`
	Label   string         `json:"label"`
	Help    string         `json:"help"`
}

// EnteredAddress is where one wants to be told.
type EnteredAddress struct {
	Address string `json:"address" maxLength:"254"`
}

// AddressCode is the code that came to an address.
type AddressCode struct {
	Code string `json:"code" maxLength:"20"`
}

// MailboxRows are messages that would have been sent.
type MailboxRows struct {
	Messages []notice.Captured `json:"messages"`
}

// HookAddress is an agency's endpoint.
type HookAddress struct {
	URL string `json:"url" maxLength:"500" doc:"Begins with https://"`
}

// HookKey is the key of a webhook, told once.
type HookKey struct {
	Key string `json:"key,omitempty" doc:"Empty when the key that stands is kept"`
}

func (a *api) noticeRoutes() {
	own := func(method, path, id, summary string) route {
		return route{method: method, path: path, id: id, summary: summary, tag: "notices"}
	}
	newest := own("GET", "/notices", "notices", "What is new for the person")
	newest.query = []query{limit(50)}
	add(a, policy.NoticesView, newest, listNotices)
	add(a, policy.NoticesView, own("POST", "/notices/{id}/seen", "notice-seen", "Put a notice aside"), func(c *call, _ *none) (none, error) {
		return none{}, c.office().Notices.PutAside(c.r.Context(), c.actor, c.id("id"))
	})
	add(a, policy.NoticesView, own("POST", "/notices/seen", "notices-seen", "Put all notices aside"), func(c *call, _ *none) (none, error) {
		return none{}, c.office().Notices.PutAllAside(c.r.Context(), c.actor)
	})
	add(a, policy.NoticesView, own("POST", "/notices/kinds/{kind}/seen", "notices-of-kind-seen", "Put all notices of one kind aside"), func(c *call, _ *none) (none, error) {
		return none{}, c.office().Notices.PutKindAside(c.r.Context(), c.actor, c.id("kind"))
	})
	add(a, policy.SelfManage, own("GET", "/notices/settings", "notice-settings", "How one is told, and where"), func(c *call, _ *none) (*notice.Reach, error) {
		return c.office().Notices.Reach(c.r.Context(), c.actor)
	})
	add(a, policy.SelfManage, own("PUT", "/notices/settings", "set-notice-settings", "Choose how one is told"), func(c *call, in *notice.Settings) (none, error) {
		return none{}, c.office().Notices.Set(c.r.Context(), c.actor, in)
	})
	add(a, policy.SelfManage, own("PUT", "/notices/addresses/{channel}", "set-notice-address", "Enter an address (email or sms) and have a code sent to it"), func(c *call, in *EnteredAddress) (none, error) {
		return none{}, c.office().Notices.SetAddress(c.r.Context(), c.actor, c.id("channel"), in.Address)
	})
	add(a, policy.SelfManage, own("POST", "/notices/addresses/{channel}/code", "verify-notice-address", "Verify an address by the code that came to it"), func(c *call, in *AddressCode) (none, error) {
		return none{}, c.office().Notices.Verify(c.r.Context(), c.actor, c.id("channel"), in.Code)
	})
	add(a, policy.SelfManage, own("DELETE", "/notices/addresses/{channel}", "drop-notice-address", "Forget an address"), func(c *call, _ *none) (none, error) {
		return none{}, c.office().Notices.DropAddress(c.r.Context(), c.actor, c.id("channel"))
	})
	add(a, policy.NoticesView, own("GET", "/notices/mailbox", "notice-mailbox", "What would have been sent to the person, in a realm that sends nothing"), func(c *call, _ *none) (*MailboxRows, error) {
		list, err := c.office().Notices.Mailbox(c.r.Context(), c.actor.Staff, 50)
		return &MailboxRows{all(list)}, err
	})
	add(a, policy.SelfManage, own("GET", "/workload/own", "own-workload", "How many open cases one carries oneself, and how many one should at most"), func(c *call, _ *none) (*casefile.Load, error) {
		l, err := c.office().Cases.OwnLoad(c.r.Context(), c.actor)
		return &l, err
	})
	a.outboxRoutes()
	a.webhookRoutes()
}

func listNotices(c *call, _ *none) (*Notices, error) {
	room := c.office().Notices
	list, err := room.Unseen(c.r.Context(), c.actor)
	out := &Notices{Notices: []NewsRow{}}
	lang := c.api.language(c, c.r)
	for i, n := range list {
		if i == c.number["limit"] {
			break
		}
		k := room.Rules.Kind(n.Kind)
		out.Notices = append(out.Notices, NewsRow{n, k.Urgency, k.Label[lang], k.Help[lang]})
	}
	return out, err
}

func (a *api) outboxRoutes() {
	at := func(method, path, id, summary string) route {
		return route{method: method, path: "/outbox" + path, id: id, summary: summary, tag: "operations"}
	}
	add(a, policy.OutboxView, at("GET", "", "outbox", "Messages that did not go out, without addresses and without content"), func(c *call, _ *none) (*notice.Outbox, error) {
		return c.office().Notices.Outbox(c.r.Context(), c.actor)
	})
	add(a, policy.OutboxView, at("POST", "/{id}/again", "send-again", "Send a stuck message again"), func(c *call, _ *none) (none, error) {
		return none{}, c.office().Notices.TryAgain(c.r.Context(), c.actor, c.id("id"))
	})
	add(a, policy.OutboxView, at("DELETE", "/{id}", "give-up-message", "Give a stuck message up"), func(c *call, _ *none) (none, error) {
		return none{}, c.office().Notices.Drop(c.r.Context(), c.actor, c.id("id"))
	})
}

func (a *api) webhookRoutes() {
	at := func(method, path, id, summary string) route {
		return route{method: method, path: "/agencies/{id}/webhook" + path, id: id, summary: summary, tag: "webhooks", door: roomDoor}
	}
	add(a, policy.WebhookManage, at("GET", "", "webhook", "An agency's own endpoint, without its key"), func(c *call, _ *none) (*notice.Hook, error) {
		return c.office().Notices.Hook(c.r.Context(), c.actor, c.id("id"))
	})
	add(a, policy.WebhookManage, at("PUT", "", "set-webhook", "Enter an agency's endpoint; a new one's key is told once"), func(c *call, in *HookAddress) (*HookKey, error) {
		key, err := c.office().Notices.SetHook(c.r.Context(), c.actor, c.id("id"), in.URL)
		return &HookKey{key}, err
	})
	add(a, policy.WebhookManage, at("POST", "/key", "rotate-webhook-key", "Make a new key; the one before signs too for a day"), func(c *call, _ *none) (*HookKey, error) {
		key, err := c.office().Notices.RotateKey(c.r.Context(), c.actor, c.id("id"))
		return &HookKey{key}, err
	})
	turn := func(path, id, summary string, do func(*notice.Notices, context.Context, realm.Actor, string) error) {
		add(a, policy.WebhookManage, at("POST", path, id, summary), func(c *call, _ *none) (none, error) {
			return none{}, do(c.office().Notices, c.r.Context(), c.actor, c.id("id"))
		})
	}
	turn("/stop", "stop-webhook", "Take an endpoint out of use", (*notice.Notices).StopHook)
	turn("/start", "start-webhook", "Put an endpoint back into use", (*notice.Notices).StartHook)
	turn("/try", "try-webhook", "Send a test that says nothing", (*notice.Notices).TryHook)
}
