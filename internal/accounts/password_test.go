package accounts

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestWhichPasswordsAreRefused(t *testing.T) {
	about := knownBy("akinyi.odhiambo", "Akinyi Odhiambo", "haven-house", "Haven House (fictional)")
	for password, want := range map[string]string{
		"":                              TooShort,
		"short":                         TooShort,
		"elevenchars":                   TooShort,
		"ñandú ñandú":                   TooShort, // eleven characters, more bytes
		strings.Repeat("ab1x ", 26):     TooLong,
		strings.Repeat("x", 10<<20):     TooLong,
		"a bell\arings in the station":  Characters,
		"half a char \xff and the rest": Characters,
		"aaaaaaaaaaaaaaaa":              Pattern,
		"abcabcabcabcabc":               Pattern,
		"123456789012":                  Pattern,
		"qwertyuiopas":                  Pattern,
		"0987654321098":                 Pattern,
		"password1234":                  Common,
		"Password 2026!!":               Common,
		"  P@ssw0rd  1234":              Common,
		"passwordpassword":              Common,
		"Karibu Sana 254":               Common,
		"!!harambee!!2027":              Common,
		"mine is akinyi today":          AboutYou,
		"ODHIAMBO takes tea":            AboutYou,
		"akinyi.odhiambo99":             AboutYou,
		"inside haven-house":            AboutYou,
	} {
		_, err := strongPassword(password, about...)
		var weak *WeakPassword
		if !errors.As(err, &weak) || weak.Reason != want {
			t.Errorf("%.40q: got %v, want %s", password, err, want)
		}
	}
	for _, password := range []string{
		strong, "four children sing loudly", "a house by the lake", "Pilipili kwa mboga 7", "ñandú ñandú ñandú",
		"x7#Lq-29vPz!", strings.Repeat("ab1x ", 25) + "end",
	} {
		if _, err := strongPassword(password, about...); err != nil {
			t.Errorf("%q: %v", password, err)
		}
	}
}

func TestOnePasswordTypedOnTwoKeyboards(t *testing.T) {
	o := sqliteOnly(t)
	p, link := o.invite("atieno")
	in, err := o.Accept(o.ctx, link.Token, "mtoto \u00e9l\u00e8ve \ufb01ve", laptop) // composed é è, ligature fi
	o.ok(err)
	p.enrol(in)
	p.password = "mtoto e\u0301le\u0300ve five"
	p.mustSignIn()
}

func TestAHashIsRenewedWhenItsCostChanges(t *testing.T) {
	o := sqliteOnly(t)
	p := o.join("atieno")
	stored := func() string {
		c, err := o.byUsername(o.ctx, p.username)
		o.ok(err)
		return c.passwordHash
	}
	before := stored()
	o.hasher.params.Passes = 2
	p.mustSignIn()
	after := stored()
	if before == after || !strings.Contains(after, "$m=8,t=2,p=1$") {
		t.Fatalf("before %s, after %s", before, after)
	}
	p.mustSignIn()
	if stored() != after {
		t.Error("renewed again without need")
	}
}

func TestHashesWaitTheirTurn(t *testing.T) {
	o := sqliteOnly(t)
	for range cap(o.hasher.turns) {
		o.hasher.turns <- struct{}{}
	}
	ctx, cancel := context.WithTimeout(o.ctx, 10*time.Millisecond)
	defer cancel()
	_, err := o.SignIn(ctx, "nobody", strong, Client{})
	o.wants(err, context.DeadlineExceeded)
	o.hasher.queued.Store(hashQueue)
	_, err = o.SignIn(o.ctx, "nobody", strong, Client{})
	o.wants(err, ErrBusy)
	if n := o.hasher.queued.Load(); n != hashQueue {
		t.Errorf("the queue counts %d, want %d", n, hashQueue)
	}
}

func TestTheDefaultHash(t *testing.T) {
	o := sqliteOnly(t, func(op *Options) { op.Settings.Hash = HashParams{} })
	h, err := o.HashPassword(o.ctx, strong)
	o.ok(err)
	if !strings.HasPrefix(h, "$argon2id$v=19$m=32768,t=3,p=1$") {
		t.Errorf("stored as %s", h)
	}
	ok, stale, err := o.hasher.check(o.ctx, strong, h)
	if !ok || stale || err != nil {
		t.Errorf("checked: %v %v %v", ok, stale, err)
	}
}

func TestTamperedHashesAreNotUsed(t *testing.T) {
	good := phc(cheap, make([]byte, saltBytes), make([]byte, keyBytes))
	if _, _, _, err := parsePHC(good); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{
		"", "$", "plain", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=8,", "m=4294967295,", 1), strings.Replace(good, "m=8,", "m=+8,", 1), strings.Replace(good, "m=8,", "m=08,", 1),
		strings.Replace(good, "t=1", "t=1000000", 1), strings.Replace(good, "p=1", "p=0", 1), good + "=", good + "$", good[:len(good)-4],
		strings.Repeat("$", 10<<20),
	} {
		if _, _, _, err := parsePHC(bad); err == nil {
			t.Errorf("taken: %.80s", bad)
		}
	}
}
