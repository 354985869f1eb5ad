package atlas

// County is one of the 47 of the First Schedule to the Constitution of Kenya.
type County struct {
	Code int    // 1-47: place in the First Schedule, used by KNBS and IEBC
	ID   string // term of "counties" in content/vocabularies.yaml
	Name string
	ISO  string // ISO 3166-2, e.g. "KE-28"; its order is not that of Code
	// Centre lies inside the county, farthest from its edges: a place for a
	// label, and the only position to show for what is known by county.
	Centre Point
	Near   []string // ids of the counties that share a line with it, sorted
}

var schedule = []County{
	{Code: 1, ID: "mombasa", Name: "Mombasa", ISO: "KE-28"},
	{Code: 2, ID: "kwale", Name: "Kwale", ISO: "KE-19"},
	{Code: 3, ID: "kilifi", Name: "Kilifi", ISO: "KE-14"},
	{Code: 4, ID: "tana-river", Name: "Tana River", ISO: "KE-40"},
	{Code: 5, ID: "lamu", Name: "Lamu", ISO: "KE-21"},
	{Code: 6, ID: "taita-taveta", Name: "Taita Taveta", ISO: "KE-39"},
	{Code: 7, ID: "garissa", Name: "Garissa", ISO: "KE-07"},
	{Code: 8, ID: "wajir", Name: "Wajir", ISO: "KE-46"},
	{Code: 9, ID: "mandera", Name: "Mandera", ISO: "KE-24"},
	{Code: 10, ID: "marsabit", Name: "Marsabit", ISO: "KE-25"},
	{Code: 11, ID: "isiolo", Name: "Isiolo", ISO: "KE-09"},
	{Code: 12, ID: "meru", Name: "Meru", ISO: "KE-26"},
	{Code: 13, ID: "tharaka-nithi", Name: "Tharaka-Nithi", ISO: "KE-41"},
	{Code: 14, ID: "embu", Name: "Embu", ISO: "KE-06"},
	{Code: 15, ID: "kitui", Name: "Kitui", ISO: "KE-18"},
	{Code: 16, ID: "machakos", Name: "Machakos", ISO: "KE-22"},
	{Code: 17, ID: "makueni", Name: "Makueni", ISO: "KE-23"},
	{Code: 18, ID: "nyandarua", Name: "Nyandarua", ISO: "KE-35"},
	{Code: 19, ID: "nyeri", Name: "Nyeri", ISO: "KE-36"},
	{Code: 20, ID: "kirinyaga", Name: "Kirinyaga", ISO: "KE-15"},
	{Code: 21, ID: "muranga", Name: "Murang'a", ISO: "KE-29"},
	{Code: 22, ID: "kiambu", Name: "Kiambu", ISO: "KE-13"},
	{Code: 23, ID: "turkana", Name: "Turkana", ISO: "KE-43"},
	{Code: 24, ID: "west-pokot", Name: "West Pokot", ISO: "KE-47"},
	{Code: 25, ID: "samburu", Name: "Samburu", ISO: "KE-37"},
	{Code: 26, ID: "trans-nzoia", Name: "Trans Nzoia", ISO: "KE-42"},
	{Code: 27, ID: "uasin-gishu", Name: "Uasin Gishu", ISO: "KE-44"},
	{Code: 28, ID: "elgeyo-marakwet", Name: "Elgeyo-Marakwet", ISO: "KE-05"},
	{Code: 29, ID: "nandi", Name: "Nandi", ISO: "KE-32"},
	{Code: 30, ID: "baringo", Name: "Baringo", ISO: "KE-01"},
	{Code: 31, ID: "laikipia", Name: "Laikipia", ISO: "KE-20"},
	{Code: 32, ID: "nakuru", Name: "Nakuru", ISO: "KE-31"},
	{Code: 33, ID: "narok", Name: "Narok", ISO: "KE-33"},
	{Code: 34, ID: "kajiado", Name: "Kajiado", ISO: "KE-10"},
	{Code: 35, ID: "kericho", Name: "Kericho", ISO: "KE-12"},
	{Code: 36, ID: "bomet", Name: "Bomet", ISO: "KE-02"},
	{Code: 37, ID: "kakamega", Name: "Kakamega", ISO: "KE-11"},
	{Code: 38, ID: "vihiga", Name: "Vihiga", ISO: "KE-45"},
	{Code: 39, ID: "bungoma", Name: "Bungoma", ISO: "KE-03"},
	{Code: 40, ID: "busia", Name: "Busia", ISO: "KE-04"},
	{Code: 41, ID: "siaya", Name: "Siaya", ISO: "KE-38"},
	{Code: 42, ID: "kisumu", Name: "Kisumu", ISO: "KE-17"},
	{Code: 43, ID: "homa-bay", Name: "Homa Bay", ISO: "KE-08"},
	{Code: 44, ID: "migori", Name: "Migori", ISO: "KE-27"},
	{Code: 45, ID: "kisii", Name: "Kisii", ISO: "KE-16"},
	{Code: 46, ID: "nyamira", Name: "Nyamira", ISO: "KE-34"},
	{Code: 47, ID: "nairobi-city", Name: "Nairobi City", ISO: "KE-30"},
}
