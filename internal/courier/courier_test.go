package courier_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"rufaa/internal/courier"
	"rufaa/internal/outward"
)

var local = outward.Guard{Loopback: true}

// gateway is a real HTTP server that takes posts as an SMS gateway does.
func gateway(t *testing.T, answer func(*http.Request, string) (int, string)) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		status, text := answer(r, string(raw))
		w.WriteHeader(status)
		io.WriteString(w, text)
	}))
	t.Cleanup(srv.Close)
	return srv
}

func TestAGatewayIsSpokenToAsItsFileSays(t *testing.T) {
	var path, body, key, id string
	srv := gateway(t, func(r *http.Request, raw string) (int, string) {
		path, body, key, id = r.URL.Path, raw, r.Header.Get("apiKey"), r.Header.Get("Idempotency-Key")
		return http.StatusCreated, `{"SMSMessageData":{"Recipients":[{"status":"Success"}]}}`
	})
	file := `url: ` + srv.URL + `/version1/messaging
headers: {apiKey: "{secret}", Accept: application/json}
fields: {username: rufaa, to: "{to}", message: "{text}"}
accepted: '"status": *"Success"'
`
	g, err := courier.ParseGateway([]byte(file), "gateway secret", local)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Text(t.Context(), courier.SMS{ID: "m-1", To: "+254712000001", Text: "Kuna kinachokusubiri & zaidi"}); err != nil {
		t.Fatal(err)
	}
	if path != "/version1/messaging" || key != "gateway secret" || id != "m-1" ||
		body != "message=Kuna+kinachokusubiri+%26+zaidi&to=%2B254712000001&username=rufaa" {
		t.Fatalf("posted %q to %q with key %q and id %q", body, path, key, id)
	}
	asJSON, err := courier.ParseGateway([]byte(strings.Replace(file, "headers:", "body: json\nheaders:", 1)), "gateway secret", local)
	if err != nil {
		t.Fatal(err)
	}
	if err := asJSON.Text(t.Context(), courier.SMS{To: "+254712000001", Text: `a "quoted" word`}); err != nil || !strings.Contains(body, `"message":"a \"quoted\" word"`) {
		t.Fatalf("as JSON: %v %s", err, body)
	}
}

// What a gateway answers decides whether another try can help, and neither the
// number nor the key stands in what is said of it.
func TestWhatAGatewayRefuses(t *testing.T) {
	status, text := 0, ""
	srv := gateway(t, func(*http.Request, string) (int, string) { return status, text })
	g, err := courier.ParseGateway([]byte("url: "+srv.URL+"\nheaders: {k: \"{secret}\"}\nfields: {to: \"{to}\", m: \"{text}\"}\naccepted: Success\n"), "gateway secret", local)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		status      int
		text        string
		ok, lasting bool
	}{{200, "Success", true, false}, {200, "InvalidSenderId", false, false}, {400, "", false, true}, {401, "", false, true}, {429, "", false, false}, {503, "", false, false}, {302, "", false, true}} {
		status, text = c.status, c.text
		err := g.Text(t.Context(), courier.SMS{To: "+254712000001", Text: "x"})
		if (err == nil) != c.ok || courier.Lasting(err) != c.lasting {
			t.Errorf("%d %q: %v", c.status, c.text, err)
		}
		if err != nil && (strings.Contains(err.Error(), "712000001") || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), srv.URL)) {
			t.Errorf("%d: the error tells too much: %v", c.status, err)
		}
	}
}

func TestAGatewayFileThatIsWrong(t *testing.T) {
	for name, c := range map[string]struct{ file, secret, want string }{
		"no address":     {"fields: {to: \"{to}\", m: \"{text}\"}", "", "url"},
		"plain http":     {"url: http://sms.example\nfields: {to: \"{to}\", m: \"{text}\"}", "", "https"},
		"no text":        {"url: https://sms.example\nfields: {to: \"{to}\"}", "", "{text}"},
		"no secret":      {"url: https://sms.example\nheaders: {k: \"{secret}\"}\nfields: {to: \"{to}\", m: \"{text}\"}", "", "RUFAA_SMS_SECRET"},
		"another body":   {"url: https://sms.example\nbody: xml\nfields: {to: \"{to}\", m: \"{text}\"}", "", "form or json"},
		"misspelt":       {"ulr: https://sms.example", "", "ulr"},
		"bad expression": {"url: https://sms.example\nfields: {to: \"{to}\", m: \"{text}\"}\naccepted: '('", "", "accepted"},
	} {
		if _, err := courier.ParseGateway([]byte(c.file), c.secret, outward.Guard{}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A receiver with the library of the specification takes what is signed, and
// nothing that was touched; while a key is replaced both are good.
func TestAWebhookIsVerifiedByItsReceiver(t *testing.T) {
	old, fresh := courier.SecretText([]byte("0123456789abcdef0123456789abcdef")), courier.SecretText([]byte("fedcba9876543210fedcba9876543210"))
	var got []byte
	var head http.Header
	srv := gateway(t, func(r *http.Request, raw string) (int, string) {
		got, head = []byte(raw), r.Header.Clone()
		return http.StatusNoContent, ""
	})
	x := courier.Hook{URL: srv.URL, ID: "msg-1", Secrets: []string{fresh, old}, Body: []byte(`{"type":"rufaa.test"}`), At: time.Now()}
	if err := courier.NewHooks(local).Post(t.Context(), x); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{old, fresh} {
		wh, err := standard.NewWebhook(key)
		if err != nil {
			t.Fatal(err)
		}
		if err := wh.Verify(got, head); err != nil {
			t.Errorf("not verified: %v", err)
		}
		if wh.Verify(append(got, ' '), head) == nil {
			t.Error("a touched body is verified")
		}
		moved := head.Clone()
		moved.Set("webhook-id", "msg-2")
		if wh.Verify(got, moved) == nil {
			t.Error("another id is verified")
		}
	}
	if stranger, _ := standard.NewWebhook(courier.SecretText([]byte("another key of thirty-two bytes!"))); stranger.Verify(got, head) == nil {
		t.Error("a stranger's key verifies")
	}
}

// No name and no redirect leads a webhook into the own network.
func TestAWebhookGoesToNoInnerAddress(t *testing.T) {
	reached := false
	inner := gateway(t, func(*http.Request, string) (int, string) { reached = true; return 200, "" })
	outside := courier.NewHooks(outward.Guard{})
	for _, address := range []string{inner.URL, strings.Replace(inner.URL, "http://127.0.0.1", "https://localhost", 1), "https://127.0.0.1:1", "https://[::1]:1",
		"https://10.0.0.1", "https://169.254.169.254/latest/meta-data", "https://192.168.1.1", "https://[::ffff:127.0.0.1]:1", "https://user:pw@example.org", "ftp://example.org", "https://"} {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		if err := outside.Post(ctx, courier.Hook{URL: address, Body: []byte("{}"), At: time.Now()}); err == nil {
			t.Errorf("%s was posted to", address)
		}
		cancel()
	}
	moved := httptest.NewServer(http.RedirectHandler(inner.URL, http.StatusTemporaryRedirect))
	defer moved.Close()
	if err := courier.NewHooks(local).Post(t.Context(), courier.Hook{URL: moved.URL, Body: []byte("{}"), At: time.Now()}); err == nil || reached {
		t.Errorf("a redirect was followed: %v, reached %v", err, reached)
	}
	if err := (outward.Guard{Networks: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}).Check("https://10.1.2.3/hook"); err != nil {
		t.Error(err)
	}
}

// Mail in the clear, and to a server without a port, is refused at start.
func TestAMailServerThatIsSetUpWrong(t *testing.T) {
	for name, o := range map[string]courier.SMTP{
		"no port":         {Server: "mail.example", From: "a@b.example"},
		"no sender":       {Server: "mail.example:587"},
		"clear, far away": {Server: "mail.example:25", From: "a@b.example", TLS: courier.Clear},
		"another way":     {Server: "mail.example:25", From: "a@b.example", TLS: "ssl"},
		"no authority":    {Server: "mail.example:25", From: "a@b.example", CA: "/nowhere.pem"},
	} {
		if _, err := courier.NewMailer(o); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
	m, err := courier.NewMailer(courier.SMTP{Server: "127.0.0.1:1", From: "a@b.example"})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Send(t.Context(), courier.Mail{ID: "x", To: "amina@agency.example", At: time.Now()}); err == nil || courier.Lasting(err) || strings.Contains(err.Error(), "amina") {
		t.Errorf("nobody listens: %v", err)
	}
}
