package demo

import "rufaa/internal/casefile"

// story is one kind of case. All are invented.
type story struct {
	alert        casefile.Alert
	audience     string // whose questionnaire
	track        string
	exploitation []string
	wish         string
	needs        []casefile.NeedFact
}

func age(n int) *int { return &n }

var stories = []story{
	{
		alert: casefile.Alert{Channel: "in-person", PlaceKind: "relatives", Place: "With a cousin near the market (fictional)",
			Account: "Worked in a house abroad for two years; passport kept, no wages after the third month. Flew back with the help of a stranger.",
			Person:  casefile.PersonFacts{Age: age(27), Minor: "no", Sex: "female", Language: "sw", Nationality: "ke"}},
		audience: "adult", track: "trafficking", exploitation: []string{"domestic-servitude"},
		wish:  "To see a doctor, and that her mother is told she is alive.",
		needs: []casefile.NeedFact{{Service: "medical", Urgency: "urgent", Note: "Old burn on the arm."}, {Service: "livelihood", Urgency: "routine"}},
	},
	{
		alert: casefile.Alert{Immediate: true, Dangers: []string{"captive"}, Channel: "raid", PlaceKind: "police-cell", Place: "Station cell, block B (fictional)",
			Account: "Found with eleven others in a locked room behind a shop; no common language with the officers.",
			Person:  casefile.PersonFacts{Age: age(22), Minor: "no", Sex: "male", Language: "am", Nationality: "et"}},
		audience: "adult", track: "both", exploitation: []string{"smuggling-abuse"},
		wish:  "To telephone his brother, and not to be sent back to the broker.",
		needs: []casefile.NeedFact{{Service: "shelter", Urgency: "emergency", Note: "Adult man; sleeps on the floor of a cell."}, {Service: "interpreting", Urgency: "emergency"}},
	},
	{
		alert: casefile.Alert{Immediate: true, Dangers: []string{"trafficker-near", "child-alone"}, Channel: "hotline", PlaceKind: "unknown", Place: "Guest house by the beach (fictional)",
			Account: "A caller has seen a girl of about fourteen with different adults every evening.",
			Person:  casefile.PersonFacts{Age: age(14), Minor: "yes", Sex: "female", Language: "sw", Nationality: "ke"}},
		audience: "child", track: "trafficking", exploitation: []string{"sexual"},
		wish:  "To go back to school, not to her uncle.",
		needs: []casefile.NeedFact{{Service: "shelter", Urgency: "emergency", Note: "Only where no men work at night."}, {Service: "psychosocial", Urgency: "urgent"}},
	},
	{
		alert: casefile.Alert{Channel: "community", PlaceKind: "street", Place: "At the matatu stage (fictional)",
			Account: "A boy begs from six in the morning; a woman takes the coins at noon. He does not know his age.",
			Person:  casefile.PersonFacts{Minor: "unsure", Sex: "male", Language: "sw"}},
		audience: "child", track: "trafficking", exploitation: []string{"begging"},
		wish:  "Shoes, food, and his sister.",
		needs: []casefile.NeedFact{{Service: "shelter", Urgency: "urgent", Note: "Keep together with his sister when she is found."}, {Service: "family-tracing", Urgency: "routine"}},
	},
	{
		alert: casefile.Alert{Channel: "other-agency", PlaceKind: "with-trafficker", Place: "Quarry camp (fictional)",
			Account: "Forty men work off a debt that grows; papers kept in the office; one tried to leave and was beaten.",
			Person:  casefile.PersonFacts{Age: age(34), Minor: "no", Sex: "male", Language: "lg", Nationality: "ug"}},
		audience: "adult", track: "trafficking", exploitation: []string{"forced-labour"},
		wish:  "His wages and his identity card, then home.",
		needs: []casefile.NeedFact{{Service: "legal", Urgency: "urgent", Note: "Wages of fourteen months."}, {Service: "return", Urgency: "routine"}},
	},
	{
		alert: casefile.Alert{Channel: "border", PlaceKind: "border-post", Place: "Waiting room of the border post (fictional)",
			Account: "Young woman with a job offer by telephone; the agent holds her ticket and told her to say she visits an aunt.",
			Person:  casefile.PersonFacts{Age: age(19), Minor: "no", Sex: "female", Language: "so", Nationality: "so"}},
		audience: "adult", track: "trafficking", exploitation: []string{"domestic-servitude"},
		wish:  "To work, but to know where she goes.",
		needs: []casefile.NeedFact{{Service: "psychosocial", Urgency: "urgent"}, {Service: "documents", Urgency: "routine"}},
	},
}

var (
	alerters = []string{"amina.officer", "zawadi.hotline", "otieno.officer", "hassan.border"}
	managers = []string{"wanjiru.case", "fatuma.case", "achieng.case", "ekai.case", "wanjiru.case", "noor.desk", "kamau.case"}
	// receivers are who is asked for the first need of each story.
	receivers = [][]string{{"chebet.clinic", "mwanaisha.clinic"}, {"salome.shelter"}, {"rehema.shelter", "salome.shelter"}, {"mutua.shelter"}, {"kibet.legal"}, {"mwanaisha.clinic", "chebet.clinic"}}
	counties  = []string{"nairobi-city", "mombasa", "kisumu", "turkana", "busia", "garissa", "nakuru", "kilifi", "machakos", "kwale", "uasin-gishu", "mandera"}
	// names are invented: given names and surnames of the region, put together
	// at random and not meant for anybody.
	names = []string{"Zuhura Fiktivo", "Tesfaye Fiktivo", "Neema Fiktivo", "Baraka Fiktivo", "Okello Fiktivo", "Hodan Fiktivo",
		"Subira Fiktivo", "Abebe Fiktivo", "Pendo Fiktivo", "Juma Fiktivo", "Mugisha Fiktivo", "Ifrah Fiktivo",
		"Rukia Fiktivo", "Girma Fiktivo", "Imani Fiktivo", "Kito Fiktivo", "Ssali Fiktivo", "Deqa Fiktivo"}
)
