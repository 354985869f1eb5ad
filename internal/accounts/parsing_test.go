package accounts

import (
	"strings"
	"testing"
	"unicode"
)

func TestUserNames(t *testing.T) {
	for in, want := range map[string]string{
		"akinyi": "akinyi", " Akinyi.O ": "akinyi.o", "a-1_b": "a-1_b", strings.Repeat("a", 40): strings.Repeat("a", 40),
	} {
		if got, ok := ParseUsername(in); !ok || got != want {
			t.Errorf("%q: got %q, %v", in, got, ok)
		}
	}
	for _, in := range []string{
		"", "ab", "1abc", ".abc", "-abc", strings.Repeat("a", 41), strings.Repeat("a", 10<<20), "aki nyi", "aki\x00nyi",
		"aki\u202enyi", "\u0430kinyi", "akinyi\u200b", "akinyı", "ＡＫＩＮＹＩ", "aki\nnyi", "aki@nyi", "aki/nyi", "aki'--",
	} {
		if got, ok := ParseUsername(in); ok {
			t.Errorf("%.40q: taken as %q", in, got)
		}
	}
}

func FuzzParseUsername(f *testing.F) {
	for _, s := range []string{"akinyi", " A.b-c_1 ", "\u202eabc", "ab\x00c", "ＡＢＣ", strings.Repeat("a", 100)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got, ok := ParseUsername(in)
		if !ok {
			if got != "" {
				t.Fatalf("refused, but gave %q", got)
			}
			return
		}
		if len(got) < MinUsername || len(got) > MaxUsername || strings.Trim(got, "abcdefghijklmnopqrstuvwxyz0123456789._-") != "" ||
			!unicode.IsLetter(rune(got[0])) {
			t.Fatalf("%q gave %q", in, got)
		}
		if again, ok := ParseUsername(got); !ok || again != got {
			t.Fatalf("%q is not its own spelling: %q", got, again)
		}
		if !strings.EqualFold(strings.TrimSpace(in), got) {
			t.Fatalf("%q became another name, %q", in, got)
		}
	})
}

func FuzzParseToken(f *testing.F) {
	for _, s := range []string{"", strings.Repeat("A", 43), strings.Repeat("A", 42) + "B", strings.Repeat("_", 43), strings.Repeat("A", 44), "\r\n" + strings.Repeat("A", 41)} {
		f.Add(s)
	}
	seen := map[[32]byte]string{}
	f.Fuzz(func(t *testing.T, in string) {
		hash, ok := parseToken(in)
		if !ok {
			if hash != [32]byte{} {
				t.Fatal("refused, but gave a hash")
			}
			return
		}
		raw, err := tokenText.DecodeString(in)
		if err != nil || len(raw) != tokenBytes || tokenText.EncodeToString(raw) != in {
			t.Fatalf("taken: %q", in)
		}
		if other, twice := seen[hash]; twice && other != in {
			t.Fatalf("%q and %q are one token", in, other)
		}
		seen[hash] = in
	})
}

func FuzzPassword(f *testing.F) {
	for _, s := range []string{strong, "password1234", "\ufdfa\ufdfa\ufdfa", "ab\x00cdefghijkl", strings.Repeat("é", 128)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		pw, err := strongPassword(in, "akinyi")
		if err != nil {
			if Code(err) == "" {
				t.Fatalf("a refusal without a code: %v", err)
			}
			return
		}
		same, ok := normalPassword(in)
		if !ok || same != pw {
			t.Fatalf("set as %q, but typed again it is %q", pw, same)
		}
		if n := len([]rune(pw)); n < MinPassword || n > MaxPassword {
			t.Fatalf("%d characters were taken", n)
		}
	})
}

func FuzzCodes(f *testing.F) {
	for _, s := range []string{"123456", "123 456", "ABCD-EFGH-IJKL-MNOP", "abcd efgh ijkl mn0p", "１２３４５６", "12345\x00", "ABCDEFGHIJKLMN\nOP"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		if d, ok := sixDigits(in); ok && (len(d) != 6 || strings.Trim(d, "0123456789") != "") {
			t.Fatalf("%q gave %q", in, d)
		}
		if c, ok := recoveryCode(in); ok && (len(c) != 16 || strings.Trim(c, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "") {
			t.Fatalf("%q gave %q", in, c)
		}
	})
}

func FuzzStoredHash(f *testing.F) {
	f.Add(phc(cheap, make([]byte, saltBytes), make([]byte, keyBytes)))
	f.Add("$argon2id$v=19$m=8,t=1,p=1$$")
	f.Fuzz(func(t *testing.T, in string) {
		p, salt, key, err := parsePHC(in)
		if err == nil && (!p.valid() || phc(p, salt, key) != in) {
			t.Fatalf("taken: %q", in)
		}
	})
}

func TestDeviceLabelsHideNothing(t *testing.T) {
	for in, want := range map[string]string{
		"Firefox on Linux": "Firefox on Linux", "a\u202eb\x00c\nd": "abcd", strings.Repeat("x", 10<<20): strings.Repeat("x", 80), "\xff\xfe": "",
	} {
		if got := deviceLabel(in); got != want {
			t.Errorf("%.40q: got %q", in, got)
		}
	}
}
