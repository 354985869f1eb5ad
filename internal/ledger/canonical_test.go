package ledger_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"

	"rufaa/internal/ledger"
)

// quoted matches the strings in a JSON text.
var quoted = regexp.MustCompile(`"(\\.|[^"\\])*"`)

// safe tells whether all numbers of canonical JSON are integers of at most
// 2^53-1 in size, by other means than the code under test.
func safe(out []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(out))
	dec.UseNumber()
	for {
		tok, err := dec.Token()
		if err != nil {
			return true
		}
		if n, ok := tok.(json.Number); ok {
			i, err := n.Int64()
			if err != nil || i > 1<<53-1 || i < -(1<<53-1) {
				return false
			}
		}
	}
}

// holdCanonical holds the two halves of the code (writing and checking) to
// jcs for one JSON text.
func holdCanonical(t interface {
	Helper()
	Fatalf(string, ...any)
}, raw []byte) {
	t.Helper()
	if !json.Valid(raw) || depth(raw) > 60 {
		return
	}
	want, err := jcs.Transform(raw)
	if err != nil {
		return // invalid UTF-8, a name twice, a lone surrogate: not I-JSON
	}
	ok := safe(want)
	if err := ledger.CheckCanonical(want); (err == nil) != ok {
		t.Fatalf("%s is canonical; the check says %v", want, err)
	}
	if err := ledger.CheckCanonical(raw); err == nil && !bytes.Equal(raw, want) {
		t.Fatalf("the check passes %q; canonical is %q", raw, want)
	}
	got, err := ledger.Canonical(json.RawMessage(raw))
	if (err == nil) != ok {
		t.Fatalf("%s gives %v", raw, err)
	}
	if ok && !bytes.Equal(got, want) {
		t.Fatalf("%s gives\n%s, canonical is\n%s", raw, got, want)
	}
}

func depth(raw []byte) (deepest int) {
	n := 0
	for _, c := range quoted.ReplaceAll(raw, nil) {
		switch c {
		case '{', '[':
			n++
			deepest = max(deepest, n)
		case '}', ']':
			n--
		}
	}
	return deepest
}

var texts = []string{
	`{"b":1,"a":2}`, `{"a":{"d":[],"c":{}},"b":[1,-2,0]}`, `"\u003c\u2028\ud83d\ude00\/"`, `"\b\f\n\r\t\u0001\u001f\"\\"`,
	`9007199254740991`, `-9007199254740991`, `9007199254740992`, `-0`, `1.0`, `1e3`, `0.5`, `1e400`, `01`,
	`{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}`, `{"a":1,"a":2}`, `[ 1 , 2 ]`, "\"\x7f\"",
	`{"é":1,"e":2}`, `{"":0}`, `null`, `true`, `"\ud800"`, `{"a\"b":1,"a":[{"z":1,"y":[{"x":1,"w":2}]}]}`, `"\u00e9"`, `"\u002f"`,
}

func TestCanonicalJSONIsThatOfRFC8785(t *testing.T) {
	for _, s := range texts {
		holdCanonical(t, []byte(s))
	}
}

func TestCanonicalJSONOfAnyValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw, err := json.Marshal(anyJSON(4).Draw(t, "value"))
		if err != nil {
			t.Fatal(err)
		}
		holdCanonical(t, raw)
	})
}

func anyJSON(deep int) *rapid.Generator[any] {
	leaf := rapid.OneOf(rapid.String().AsAny(), rapid.Int64().AsAny(), rapid.IntRange(-9, 9).AsAny(), rapid.Bool().AsAny(),
		rapid.Just[any](nil), rapid.Float64Range(-1e6, 1e6).AsAny(), rapid.StringMatching(`[a-z<>&"\\\x00-\x1f]{0,6}`).AsAny())
	if deep == 0 {
		return leaf
	}
	return rapid.OneOf(leaf, rapid.SliceOfN(anyJSON(deep-1), 0, 4).AsAny(), rapid.MapOfN(rapid.String(), anyJSON(deep-1), 0, 5).AsAny())
}

// FuzzCanonical: whatever JSON comes, writing and checking agree with jcs.
func FuzzCanonical(f *testing.F) {
	for _, s := range texts {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) { holdCanonical(t, raw) })
}

// FuzzBody: a body that is accepted is the one body of its event.
func FuzzBody(f *testing.F) {
	e := ledger.Event{Realm: "training", Stream: "case/1", Version: 1, Kind: "case.noted", Schema: 1, Meta: officer, Payload: json.RawMessage(`{"a":1}`)}
	good := e.AppendBody(nil)
	f.Add(good)
	f.Add([]byte(strings.Replace(string(good), "case.noted", `\u0001\"`, 1)))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := ledger.ParseBody(body)
		if err != nil {
			return
		}
		if again := e.AppendBody(nil); !bytes.Equal(again, body) {
			t.Fatalf("%q is read as an event whose body is %q", body, again)
		}
		if canon, err := jcs.Transform(body); err != nil || !bytes.Equal(canon, body) {
			t.Fatalf("%q is accepted; canonical is %q (%v)", body, canon, err)
		}
	})
}
