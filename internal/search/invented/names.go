package invented

import (
	"math/rand/v2"
	"strings"
)

// spellings are common given names as they are met in papers. Each line is one
// name.
var spellings = map[string]string{
	"arabic": `
Mohamed Muhammad Mohammed Mahamed Mohammad Maxamed
Ahmed Ahmad Axmed Ahmet
Ali Cali Aly
Hassan Hasan Xasan Hasaan
Hussein Husayn Hussain Xuseen Husein
Omar Umar Cumar Omer
Ibrahim Ibraahim Ebrahim Ibrahiim
Ismail Ismael Ismaaciil Ismaeel
Yusuf Yussuf Yousef Yuusuf Joseph
Khalid Khaled Kalid Qalid
Khadija Khadijah Qadija Kadija
Fatuma Fatima Fatma Faduma Faadumo Fatimah
Aisha Ayesha Asha Caasha Aysha
Zainab Zeinab Zaynab Seynab Zeynab
Mariam Maryam Miriam Maryan
Halima Halimah Xaliimo Haleema
Amina Aminah Aamina Amino
Salim Saleem Salem Saliim
Said Saeed Saïd Siciid Sayid
Rashid Rasheed Rashiid Raashid
Abdullahi Abdulahi Abdillahi Cabdullaahi
Abdirahman Abdulrahman Abdurahman Abdelrahman Cabdiraxmaan
Abdikadir Abdulkadir Abdiqadir Abdulqadir
Mustafa Mustapha Mustaf Moustafa
Suleiman Sulaiman Saleban Suleyman
Jamal Jamaal Gamal Jamall
Nasir Naasir Nassir Nasser
Habiba Habibah Xabiiba Habeeba
Layla Leila Laila Leyla
Samira Sameera Samiira Samirah`,
	"swahili": `
Juma Jumaa Jumah
Baraka Baraca Barakah
Amani Amaani Amany
Neema Nehema Neemah
Zawadi Zawady Zawaadi
Rehema Rehma Reheema
Subira Subra Subirah
Hamisi Khamis Hamis Khamisi
Mwajuma Mwajumah Muajuma
Mwanaisha Mwanaesha Mwana-Isha
Shabani Shaban Chabani Shabaan
Ramadhani Ramadhan Ramadani Ramazani
Furaha Furah Furaaha
Pendo Phendo Pendoh
Tumaini Tumayni Tumainy
Imani Imany Imaani
Wanjiku Wanjikoo Wanjicu
Kamau Kamao Camau
Otieno Otiyeno Othieno
Achieng Acieng Achieng'
Njoroge Njoroghe Joroge
Ng'ang'a Nganga Nganga'
Chebet Jebet Chepet
Kiprono Kipronoh Kibrono
Makena Mackena Makenah
Nyambura Nyambora Nyamburah
Wanjiru Wanjirũ Wanjeru
Mutua Mutuah Muthua
Kariuki Karioki Kariuky`,
	"somali": `
Abdi Cabdi Abdy
Warsame Warsameh Warsamee
Geedi Gedi Guedi
Hodan Hodaan Hoodan
Ifrah Ifraah Ifra
Sahra Zahra Sahro
Deeqa Deqa Dika
Ayaan Ayan Ayaann
Hibo Hiba Hiboo
Nimco Nimo Nimca
Guled Guuleed Gouled
Liban Liibaan Libaan
Farah Faarax Fara
Jama Jaamac Jamaa
Roble Rooble Robleh
Shire Shirre Shireh
Yasin Yaasiin Yassin Jasin
Filsan Filsaan Filsun
Ubah Ubax Uba
Idil Iidil Idiil
Sagal Saagal Sagaal
Bashir Bashiir Basheer
Dahir Daahir Tahir
Hirsi Xirsi Hersi`,
	"ethiopian": `
Abebe Ababe Abebee
Tesfaye Tesfay Tasfaye Tesfaaye
Kebede Kabada Kebbede
Tigist Tegest Tigest
Almaz Almas Elmaz
Hirut Heruth Hiruth
Bekele Baqala Beqele
Girma Ghirma Germa
Dawit Dawitt Daweet
Yohannes Johannes Yohanis Yohaness
Mulugeta Muluguetta Mulugheta
Selamawit Salamawit Selamawitt
Tsehay Sehay Tsehai Tsahay
Getachew Getachaw Gettachew
Meseret Maseret Messeret
Genet Ghenet Gannat
Haile Hayle Hailee
Worku Warku Workou
Chaltu Caaltuu Chaaltu
Gemechu Gamachu Gammachuu
Lelisa Leliisaa Lalisa
Obsa Obsaa Obssa
Tolera Tolara Toleraa
Bontu Boontuu Bontuu
Feyisa Fayisa Fayyisaa
Dinkinesh Dinqinesh Dinknesh
Sisay Sissay Sisai
Zerihun Zarihun Zerihoun`,
}

// Origins in a fixed order, so that a seed gives the same people.
var Origins = []string{"arabic", "swahili", "somali", "ethiopian"}

// Pool holds, for each origin, the names; each name its spellings.
type Pool map[string][][]string

// Names are the names that foldings and thresholds are tried on; Others are
// for measuring alone.
func Names() Pool  { return pooled(spellings) }
func Others() Pool { return pooled(otherSpellings) }

func pooled(spellings map[string]string) Pool {
	pool := make(Pool)
	for _, o := range Origins {
		for line := range strings.Lines(strings.TrimSpace(spellings[o])) {
			pool[o] = append(pool[o], strings.Fields(line))
		}
	}
	return pool
}

// Person is an invented person: three names (her own, her father's, her
// grandfather's), by origin and number. Somali and coastal people often bear
// Arabic names, so that origins mix.
type Person [3]struct {
	origin string
	name   int
}

// Invent makes up a person of an origin.
func (pool Pool) Invent(r *rand.Rand, origin string) (p Person) {
	for i := range p {
		p[i].origin = origin
		if (origin == "somali" || origin == "swahili") && r.IntN(2) == 0 {
			p[i].origin = "arabic"
		}
		p[i].name = r.IntN(len(pool[p[i].origin]))
	}
	return p
}

// Written is the person's name in spellings at random.
func (pool Pool) Written(r *rand.Rand, p Person) string {
	words := make([]string, len(p))
	for i, n := range p {
		forms := pool[n.origin][n.name]
		words[i] = forms[r.IntN(len(forms))]
	}
	return strings.Join(words, " ")
}

// Shuffled is a name with its parts in another order, as forms with "surname
// first" make it.
func Shuffled(r *rand.Rand, name string) string {
	w := strings.Fields(name)
	r.Shuffle(len(w), func(i, j int) { w[i], w[j] = w[j], w[i] })
	return strings.Join(w, " ")
}

// Shortened is a name without its last part: a father's name is given, the
// grandfather's is not.
func Shortened(name string) string {
	w := strings.Fields(name)
	return strings.Join(w[:max(1, len(w)-1)], " ")
}

// Mistyped changes one letter of the name, as a finger or an ear does.
func Mistyped(r *rand.Rand, name string) string {
	b := []rune(name)
	i := 1 + r.IntN(len(b)-2)
	switch r.IntN(4) {
	case 0:
		b = append(b[:i], b[i+1:]...)
	case 1:
		b = append(b[:i], append([]rune{b[i]}, b[i:]...)...)
	case 2:
		b[i], b[i-1] = b[i-1], b[i]
	default:
		b[i] = rune('a' + r.IntN(26))
	}
	return string(b)
}
