package web

import (
	"net/http"

	lru "github.com/hashicorp/golang-lru/v2"

	"rufaa/internal/api"
	"rufaa/internal/atlas"
	"rufaa/internal/content"
	"rufaa/internal/demo"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/web/assets"
)

// Options are what a server tells its pages.
type Options struct {
	Base    string // path prefix of the realm: "" or "/realm/exercise"
	Secure  bool   // reached over HTTPS: cookies are marked Secure
	Version string
	People  func() []demo.SignIn // demonstration realms list their sign-ins
	Tiles   string               // file of map tiles (PMTiles) for the street map; "" leaves it out
}

// Route is one page and the policy action it asks for.
type Route struct {
	Pattern string
	Action  policy.Action
}

type site struct {
	of     *office.Office
	o      Options
	mux    *http.ServeMux
	routes []Route
	scores *lru.Cache[string, []content.GroupResult] // by screening

	openingForms ready
	drawings     drawn
	live         live // the exercise's board as last drawn
	atlas        *atlas.Atlas
}

// maxForm bounds a posted form, in bytes.
const maxForm = 256 << 10

// New serves the pages of one realm. Paths are without Base.
func New(of *office.Office, o Options) http.Handler {
	scores, err := lru.New[string, []content.GroupResult](2000)
	if err != nil {
		panic(err) // the size is not positive
	}
	drawn, err := atlas.Load()
	if err != nil {
		panic(err) // the boundaries are part of the program
	}
	s := &site{of: of, o: o, mux: http.NewServeMux(), scores: scores, drawings: newDrawn(), atlas: drawn}
	files, err := assets.Handler()
	if err != nil {
		panic(err) // the program was built without its styles
	}
	s.mux.Handle("GET "+assets.Prefix, s.assetOrPage(files))
	s.signRoutes()
	s.feedRoutes()
	s.cardRoutes()
	s.inside()
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(s.foreign))
	return s.secure(guard.Handler(http.HandlerFunc(s.serve)))
}

// Routes lists every page that asks the door, for the table that proves it.
func Routes(of *office.Office) []Route {
	s := &site{of: of, mux: http.NewServeMux()}
	s.inside()
	return s.routes
}

// inside adds every page that asks the door.
func (s *site) inside() {
	s.homeRoutes()
	s.alertRoutes()
	s.caseRoutes()
	s.commandRoutes()
	s.roomRoutes()
	s.panelRoutes()
	s.paperRoutes()
	s.placementRoutes()
	s.measureRoutes()
	s.exchangeRoutes()
	s.caseListRoutes()
	s.bundleRoutes()
	s.certificateRoutes()
	s.witnessRoutes()
	s.streetRoutes()
	s.referralRoutes()
	s.oversightRoutes()
	s.agencyRoutes()
	s.accountRoutes()
	s.signOnAdminRoutes()
	s.staffRoutes()
	s.providerRoutes()
	s.keepingRoutes()
	s.rulebookRoutes()
	s.likenessRoutes()
	s.noticeRoutes()
	s.agencyNeedsRoutes()
	s.sightRoutes()
	s.webhookRoutes()
	s.calendarRoutes()
	s.keptRoutes()
	s.familyRoutes()
	s.fileRoutes()
	s.exerciseRoutes()
	s.exercisePeopleRoutes()
	s.inquiryRoutes()
	s.sceneRoutes()
	s.exhibitRoutes()
	s.rehearsalRoutes()
	s.trainingRoutes()
	s.mentorRoutes()
	s.reviewRoutes()
}

const contentPolicy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'; connect-src 'self'"

func (s *site) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		if s.o.Secure {
			h.Set("Strict-Transport-Security", "max-age=63072000")
		}
		h.Set("Cache-Control", "no-store")
		most := int64(maxForm)
		if large := s.largeBody(r); large > 0 {
			most = large
		}
		body := api.Bound(w, r.Body, most)
		r.Body = body
		next.ServeHTTP(w, r)
		body.Drain()
	})
}

// handle adds a page for people who are signed in. The action is what the
// page asks the door for; the room it calls asks again.
func (s *site) handle(pattern string, action policy.Action, fn func(*request) error) {
	s.routes = append(s.routes, Route{pattern, action})
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		rq := s.request(w, r)
		if !rq.readable() || !rq.authenticate() {
			return
		}
		rq.run(fn)
		api.Taken(rq.Context(), rq.w, rq.who.Agency)
	})
}

// public adds a page for people who are not.
func (s *site) public(pattern string, fn func(*request) error) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if rq := s.request(w, r); rq.readable() {
			rq.run(fn)
		}
	})
}
