package demo

import (
	"context"
	"fmt"
	"strings"

	"rufaa/internal/accounts"
	"rufaa/internal/office"
)

// Password is every demonstration account's. It is public.
const Password = "karibu-rufaa"

// agencies are fictional; their kinds and counties are real words.
var agencies = []accounts.Agency{
	{ID: "x-secretariat", Name: "Demo Secretariat (fictional)", Kind: "secretariat", County: "nairobi-city"},
	{ID: "x-station-mtoni", Name: "Mtoni Police Station (fictional)", Kind: "police", County: "mombasa"},
	{ID: "x-station-kilele", Name: "Kilele Police Station (fictional)", Kind: "police", County: "nakuru"},
	{ID: "x-border-upepo", Name: "Upepo Border Post (fictional)", Kind: "immigration", County: "busia"},
	{ID: "x-hotline", Name: "Sauti Hotline (fictional)", Kind: "hotline", County: "nairobi-city"},
	{ID: "x-tumaini", Name: "Tumaini Care (fictional)", Kind: "ngo", County: "nairobi-city"},
	{ID: "x-pwani-haven", Name: "Pwani Care Network (fictional)", Kind: "ngo", County: "mombasa"},
	{ID: "x-ziwa", Name: "Ziwa Support Centre (fictional)", Kind: "ngo", County: "kisumu"},
	{ID: "x-kaskazi", Name: "Kaskazi Protection Desk (fictional)", Kind: "ngo", County: "turkana"},
	{ID: "x-nyumba-salama", Name: "Nyumba Salama Shelter (fictional)", Kind: "shelter", County: "nairobi-city"},
	{ID: "x-bustani", Name: "Bustani Shelter (fictional)", Kind: "shelter", County: "kilifi"},
	{ID: "x-watoto-centre", Name: "Watoto Rescue Centre (fictional)", Kind: "children", County: "machakos"},
	{ID: "x-children-office", Name: "Demo Children Office (fictional)", Kind: "children", County: "kisumu"},
	{ID: "x-hospital", Name: "Mlima Recovery Clinic (fictional)", Kind: "hospital", County: "nakuru"},
	{ID: "x-hospital-pwani", Name: "Bahari Recovery Clinic (fictional)", Kind: "hospital", County: "mombasa"},
	{ID: "x-haki", Name: "Haki Legal Aid (fictional)", Kind: "legal", County: "nairobi-city"},
	{ID: "x-dci-unit", Name: "Demo Investigation Unit (fictional)", Kind: "police", County: "nairobi-city"},
	{ID: "x-lab-kipimo", Name: "Kipimo Forensic Laboratory (fictional)", Kind: "state", County: "nairobi-city"},
	{ID: "x-prosecution", Name: "Demo Prosecution Office (fictional)", Kind: "prosecution", County: "nairobi-city"},
	{ID: "x-immigration", Name: "Demo Immigration Office (fictional)", Kind: "immigration", County: "nairobi-city"},
	{ID: "x-manusura", Name: "Manusura Circle (fictional, survivor-led)", Kind: "survivor-led", County: "nairobi-city"},
	{ID: "x-county-desk", Name: "Garissa County Desk (fictional)", Kind: "county", County: "garissa"},
}

type person struct{ user, name, agency, duty string }

// staff has every duty, and more than one person where work is handed on.
var staff = []person{
	{"amina.officer", "Amina Baraka", "x-station-mtoni", "first_responder"},
	{"otieno.officer", "Otieno Sande", "x-station-kilele", "first_responder"},
	{"zawadi.hotline", "Zawadi Kazungu", "x-hotline", "first_responder"},
	{"hassan.border", "Hassan Guyo", "x-border-upepo", "first_responder"},
	{"wanjiru.case", "Wanjiru Tama", "x-tumaini", "case_manager"},
	{"kamau.case", "Kamau Njora", "x-tumaini", "case_manager"},
	{"baraka.lead", "Baraka Muli", "x-tumaini", "supervisor"},
	{"mwende.counsel", "Mwende Kilo", "x-tumaini", "counsellor"},
	{"fatuma.case", "Fatuma Shee", "x-pwani-haven", "case_manager"},
	{"juma.counsel", "Juma Mkala", "x-pwani-haven", "counsellor"},
	{"achieng.case", "Achieng Oloo", "x-ziwa", "case_manager"},
	{"ekai.case", "Ekai Lobei", "x-kaskazi", "case_manager"},
	{"naliaka.case", "Naliaka Weso", "x-children-office", "case_manager"},
	{"salome.shelter", "Salome Ndeto", "x-nyumba-salama", "shelter_manager"},
	{"rehema.shelter", "Rehema Chai", "x-bustani", "shelter_manager"},
	{"mutua.shelter", "Mutua Kiso", "x-watoto-centre", "shelter_manager"},
	{"chebet.clinic", "Chebet Rono", "x-hospital", "counsellor"},
	{"mwanaisha.clinic", "Mwanaisha Bora", "x-hospital-pwani", "counsellor"},
	{"kibet.legal", "Kibet Sang", "x-haki", "case_manager"},
	{"barasa.inquiry", "Barasa Wefu", "x-dci-unit", "investigator"},
	{"njeri.inquiry", "Njeri Mato", "x-dci-unit", "investigator"},
	{"chege.store", "Chege Nduta", "x-dci-unit", "investigator"},
	{"wekesa.lab", "Wekesa Sifa", "x-lab-kipimo", "investigator"},
	{"odhiambo.court", "Odhiambo Raji", "x-prosecution", "prosecutor"},
	{"halima.migration", "Halima Dida", "x-immigration", "immigration_officer"},
	{"grace.guardian", "Grace Muli", "x-children-office", "guardian"},
	{"yusuf.language", "Yusuf Abdi", "x-tumaini", "interpreter"},
	{"tigist.survivors", "Tigist Alem", "x-manusura", "case_manager"},
	{"noor.desk", "Noor Ibrahim", "x-county-desk", "case_manager"},
	{"wafula.secretariat", "Wafula Temi", "x-secretariat", "secretariat"},
	{"njoki.data", "Njoki Aru", "x-secretariat", "data_protection_officer"},
	{"ruto.admin", "Kiprono Lel", "x-secretariat", "administrator"},
	{"pendo.admin", "Pendo Lari", "x-secretariat", "administrator"},
	{"wairimu.admin", "Wairimu Goko", "x-tumaini", "administrator"},
}

// SignIn is one line of the public list of demonstration accounts.
type SignIn struct {
	Name     string `json:"name"`
	Agency   string `json:"agency"`
	AgencyID string `json:"agency_id"`
	Duty     string `json:"duty"`
	UserName string `json:"user_name"`
	Password string `json:"password"`
}

// SignIns lists the demonstration accounts.
func SignIns() []SignIn {
	names := map[string]string{}
	for _, a := range agencies {
		names[a.ID] = a.Name
	}
	out := make([]SignIn, len(staff))
	for i, p := range staff {
		out[i] = SignIn{Name: p.name, Agency: names[p.agency], AgencyID: p.agency, Duty: p.duty, UserName: p.user, Password: Password}
	}
	return out
}

// StaffID is the fixed id of a demonstration account.
func StaffID(user string) string { return "demo-" + strings.ReplaceAll(user, ".", "-") }

// Enrol adds the fictional agencies and staff. They share one password hash:
// it is public anyway, and the demonstration starts at once.
func Enrol(ctx context.Context, of *office.Office) error {
	if _, err := of.Accounts.EnsureAgencies(ctx, accounts.System, agencies); err != nil {
		return fmt.Errorf("demo: agencies: %w", err)
	}
	hash, err := of.Accounts.HashPassword(ctx, Password)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	list := make([]accounts.DemoStaff, len(staff))
	for i, p := range staff {
		list[i] = accounts.DemoStaff{
			ID: StaffID(p.user), Username: p.user, Name: p.name + " (fictional)", Agency: p.agency,
			Duties: []accounts.Duty{accounts.Duty(p.duty)}, Language: "en",
		}
	}
	if _, err := of.Accounts.AddDemoStaff(ctx, list, hash); err != nil {
		return fmt.Errorf("demo: staff: %w", err)
	}
	return of.ReloadAgencies(ctx)
}
