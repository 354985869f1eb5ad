package ledger_test

import (
	"encoding/hex"
	"errors"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// The leaves and roots that the implementations of Certificate Transparency
// (RFC 6962) publish as their test vectors.
func TestTheTreeIsThatOfRFC6962(t *testing.T) {
	leaves := []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	roots := []string{
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for i, x := range at {
			out[i] = hashes[x]
		}
		return out, nil
	})
	for i, leaf := range leaves {
		raw, err := hex.DecodeString(leaf)
		if err != nil {
			t.Fatal(err)
		}
		more, err := tlog.StoredHashes(int64(i), raw, reader)
		if err != nil {
			t.Fatal(err)
		}
		hashes = append(hashes, more...)
		root, err := tlog.TreeHash(int64(i+1), reader)
		if err != nil || hex.EncodeToString(root[:]) != roots[i] {
			t.Errorf("%d leaves: %x, %v", i+1, root[:], err)
		}
	}
}

func TestEveryCheckpointContinuesEveryEarlierOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		kept := []ledger.Checkpoint{r.checkpoint(t)}
		rapid.Check(t, func(rt *rapid.T) {
			if len(kept) < 20 {
				r.fill(t, rapid.IntRange(1, 40).Draw(rt, "events"))
				kept = append(kept, r.checkpoint(t))
			}
			to := rapid.IntRange(0, len(kept)-1).Draw(rt, "later")
			from := rapid.IntRange(0, to).Draw(rt, "earlier")
			if kept[to].Size == 0 {
				return
			}
			p, err := r.ProveGrowth(t.Context(), kept[from].Size, kept[to].Size)
			if err != nil {
				rt.Fatal(err)
			}
			if err := ledger.CheckGrowth(p, kept[from], kept[to]); err != nil {
				rt.Fatal(err)
			}
			if from == to || kept[from].Size == 0 {
				return
			}
			// Any other history before, any touched hash, is refused.
			other := kept[from]
			other.Hash[rapid.IntRange(0, 31).Draw(rt, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
			if err := ledger.CheckGrowth(p, other, kept[to]); !errors.Is(err, ledger.ErrNotGrown) {
				rt.Fatal("another earlier root is believed")
			}
			if err := ledger.CheckGrowth(nil, kept[to], kept[from]); !errors.Is(err, ledger.ErrNotGrown) {
				rt.Fatal("a ledger may not shrink")
			}
			p[rapid.IntRange(0, len(p)-1).Draw(rt, "hash")][0] ^= 1
			if err := ledger.CheckGrowth(p, kept[from], kept[to]); !errors.Is(err, ledger.ErrNotGrown) {
				rt.Fatal("a touched proof is believed")
			}
		})
		if _, err := r.ProveGrowth(t.Context(), 1, 1<<30); !errors.Is(err, ledger.ErrNoCheckpoint) {
			t.Error(err)
		}
	})
}

func TestAStreamIsProvenInOneGo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		r.fill(t, 30)
		r.checkpoint(t)
		r.append("case/1", ledger.AnyVersion, happened(99)) // not signed yet
		proofs, c, err := r.ProveStream(t.Context(), "case/1")
		if err != nil || len(proofs) == 0 || c.Size != 30 {
			t.Fatal(proofs, c, err)
		}
		for i, p := range proofs {
			p.Checkpoint = c.Note
			e, _, err := ledger.VerifyProof(p, r.verifier)
			if err != nil || e.Stream != "case/1" || e.Version != int64(i+1) {
				t.Errorf("%d: %+v, %v", i, e, err)
			}
		}
	})
}
