package demo

import (
	"cmp"
	"slices"
	"time"
)

// depthOf is how far a case is told, 0 to 11.
func depthOf(i int) int { return i % 12 }

// ageOf is how long ago a case began. It follows how far the case is told, so
// that the demonstration looks like work and not like neglect: what waits is
// hours old, what was just referred days, what is followed up weeks, and what is
// closed months. A few clocks have run out all the same, by hours or a day.
func ageOf(i, n int) time.Duration {
	if i >= n-8 { // the newest: clocks are seen to run
		return time.Duration(n-i) * 50 * time.Minute
	}
	turn := time.Duration(i / 12 % 6)
	switch depth := depthOf(i); {
	case depth == 0:
		return 2*time.Hour + turn*5*time.Hour
	case depth <= 3:
		return 14*time.Hour + turn*9*time.Hour
	case depth <= 4:
		return 20*time.Hour + turn*10*time.Hour
	case depth <= 7:
		return 26*time.Hour + turn*13*time.Hour
	default:
		return time.Duration(8+depth)*24*time.Hour + turn*25*24*time.Hour
	}
}

// oldestFirst are the numbers of n cases in the order in which they began.
func oldestFirst(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(ageOf(b, n), ageOf(a, n)) })
	return out
}

// middles are second names by kind of story, as the people of each would bear
// them; like all names here they are put together at random.
var middles = [][]string{
	{"Akinyi", "Wambui", "Nasimiyu", "Chelimo", "Mwende", "Kerubo", "Atieno", "Njeri", "Jepkoech", "Halima", "Moraa", "Nekesa"},
	{"Girma", "Bekele", "Tadesse", "Alemu", "Wolde", "Haile", "Desta", "Mulugeta", "Kebede", "Abera", "Lemma", "Tesema"},
	{"Saidi", "Omari", "Bakari", "Hamisi", "Kombo", "Mwinyi", "Jumaa", "Shee", "Athumani", "Mbwana", "Rashidi", "Salim"},
	{"Kiprop", "Mutua", "Onyango", "Wafula", "Kamau", "Barasa", "Kariuki", "Ouma", "Cheruiyot", "Mwangi", "Simiyu", "Odhiambo"},
	{"Okot", "Ssemakula", "Byaruhanga", "Opio", "Kato", "Wasswa", "Tumwine", "Ojok", "Lubega", "Mukasa", "Nsubuga", "Odongo"},
	{"Abdi", "Warsame", "Farah", "Nur", "Hassan", "Ismail", "Jama", "Osman", "Gedi", "Adan", "Yusuf", "Guled"},
}

// twice are cases about somebody whom another agency knows already, each with
// the number of the other case: what "you may know the same person" is for.
var twice = map[int]int{26: 20, 45: 39, 63: 57}

// nameOf is the name in a case.
func nameOf(i int) string {
	if other, ok := twice[i]; ok {
		i = other
	}
	given := names[i%len(names)]
	given = given[:len(given)-len(" Fiktivo")]
	of := middles[i%len(middles)]
	return given + " " + of[i/len(middles)%len(of)] + " Fiktivo"
}
