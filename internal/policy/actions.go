package policy

// Action is something somebody may ask to do.
type Action string

// The actions. Each stands in at least one file of content/policy.
const (
	AlertCreate       Action = "alert.create"
	CaseList          Action = "case.list"
	CaseView          Action = "case.view"
	PartRead          Action = "part.read"
	CaseTake          Action = "case.take"
	CaseTell          Action = "case.tell"
	CaseDescribe      Action = "case.describe"
	CasePlace         Action = "case.place"
	DangerAnswer      Action = "danger.answer"
	ScreeningRecord   Action = "screening.record"
	PresumptionDecide Action = "presumption.decide"
	ConsentRecord     Action = "consent.record"
	ConsentWithdraw   Action = "consent.withdraw"
	BasisRecord       Action = "basis.record"
	SafetyAssess      Action = "safety.assess"
	NeedsAssess       Action = "needs.assess"
	TeamChange        Action = "team.change"
	InterviewRecord   Action = "interview.record"
	FollowUpRecord    Action = "followup.record"
	CaseClose         Action = "case.close"
	CaseReopen        Action = "case.reopen"
	CompartmentOpen   Action = "compartment.open"
	AccessView        Action = "access.view"
	HistoryView       Action = "history.view"
	HoldDecide        Action = "hold.decide"
	RetentionView     Action = "retention.view"
	Erase             Action = "person.erase" // asks for it; it takes two
	ErasureConfirm    Action = "erasure.confirm"

	// Of the joint case (content/policy/26-joint.cedar).
	PlanChange           Action = "plan.change"
	ServiceRecord        Action = "service.record"
	TransferOffer        Action = "transfer.offer"
	TransferAnswer       Action = "transfer.answer"
	ReflectionRecord     Action = "reflection.record"
	IdentificationPanel  Action = "identification.panel"
	IdentificationReview Action = "identification.review"
	IdentificationVoice  Action = "identification.voice" // a member's own word on a panel
	TaskChange           Action = "task.change"
	ConferenceHold       Action = "conference.hold"
	MessageWrite         Action = "message.write"
	ChildRecord          Action = "child.record"
	SolutionRecord       Action = "solution.record"
	RetraffickingFlag    Action = "retrafficking.flag"
	Section14Review      Action = "section14.review"
	Section14Confirm     Action = "section14.confirm"
	OffenderStepTake     Action = "offender.step"
	LogisticsRecord      Action = "logistics.record"
	HearingRecord        Action = "hearing.record"
	RightsAsk            Action = "rights.ask"
	RightsAnswer         Action = "rights.answer"
	ComplaintAnswer      Action = "complaint.answer"
	WorkApprove          Action = "work.approve"
	FlagRaise            Action = "flag.raise"
	CaseExport           Action = "case.export"
	CaseImport           Action = "case.import" // of an agency's own list; resource: the realm, and each case that a list changes
	WorkloadView         Action = "workload.view"
	AgencyNeeds          Action = "agency.needs" // what the own agency has to see to, without persons

	GlassBreak  Action = "glass.break"
	GlassSecond Action = "glass.second"
	GlassReview Action = "glass.review"

	ReferralSend     Action = "referral.send"
	ReferralView     Action = "referral.view"
	ReferralAnswer   Action = "referral.answer"
	ReferralProgress Action = "referral.progress"
	ReferralFeedback Action = "referral.feedback"
	ReferralWithdraw Action = "referral.withdraw"

	SearchExact   Action = "search.exact"
	SearchName    Action = "search.name"
	OverviewView  Action = "overview.view"
	DirectoryView Action = "directory.view"
	// Of the directory of providers; the resource is a provider with its agency.
	DirectoryEdit    Action = "directory.edit"
	DirectoryConfirm Action = "directory.confirm"
	DirectoryReport  Action = "directory.report"
	DirectoryHold    Action = "directory.hold"
	DirectoryRelease Action = "directory.release"
	DirectoryVet     Action = "directory.vet"
	DirectoryMerge   Action = "directory.merge"
	DirectoryPlace   Action = "directory.place"
	PlacementPropose Action = "placement.propose"
	GapsView         Action = "gaps.view"
	DirectoryImport  Action = "directory.import"
	DirectoryExport  Action = "directory.export"
	DirectoryMessage Action = "directory.message" // the short message form
	DirectoryLine    Action = "directory.line"    // opens and shuts a message line
	NoticesView      Action = "notices.view"
	StaffView        Action = "staff.view"
	StaffManage      Action = "staff.manage"
	AgencyManage     Action = "agency.manage"
	SelfManage       Action = "self.manage"

	RehearsalRun Action = "rehearsal.run" // plays without people
	// Of courses and their record; the resource is the realm.
	TrainingView   Action = "training.view"   // what courses there are, the own record
	TrainingTake   Action = "training.take"   // attend, sit a test
	TrainingManage Action = "training.manage" // open and end courses, certificates, reports

	ExtraRecord Action = "extra.record" // an agency's own fields of a case

	// Of the rulebook; the resource is a document, its kind "rulebook" or
	// "rulebook-policy", and Staff who drafted the version asked about.
	RulebookView    Action = "rulebook.view"
	RulebookDraft   Action = "rulebook.draft"
	RulebookApprove Action = "rulebook.approve"
	SignOnManage    Action = "signon.manage" // an agency's own OpenID Connect provider
	HandoverView    Action = "handover.view" // how many cases wait for a new manager

	// Of exhibits (content/policy/88-exhibit.cedar): of a scene's, and of one.
	ExhibitWork       Action = "exhibit.work" // what one has, and what waits
	ExhibitList       Action = "exhibit.list"
	ExhibitRecord     Action = "exhibit.record"
	ExhibitView       Action = "exhibit.view"
	ExhibitOpen       Action = "exhibit.open" // what is sealed of it
	ExhibitCorrect    Action = "exhibit.correct"
	ExhibitKeep       Action = "exhibit.keep" // hand on, move, open and put seals
	ExhibitReceive    Action = "exhibit.receive"
	ExhibitAttest     Action = "exhibit.attest" // a signed paper
	ExhibitLaboratory Action = "exhibit.laboratory"
	ExhibitEnd        Action = "exhibit.end" // give back, destroy
	ExhibitLabel      Action = "exhibit.label"
	ExhibitReport     Action = "exhibit.report"  // digests from a forensic tool
	ExhibitDigests    Action = "exhibit.digests" // how many of them stand on lists

	// Of pairs that may be one person (resource: the own side's case) and of
	// what came of them (resource: the case).
	LikenessList    Action = "likeness.list"
	LikenessView    Action = "likeness.view"
	LikenessAnswer  Action = "likeness.answer"
	LikenessCompare Action = "likeness.compare"
	LikenessJudge   Action = "likeness.judge"
	LikenessUnlink  Action = "likeness.unlink"
	LinkView        Action = "link.view"
	FamilyView      Action = "family.view"
	FamilyChange    Action = "family.change"
	// Of what leaves for a court, and of those who watch the ledger.
	BundleMake  Action = "bundle.make"
	WitnessView Action = "witness.view"
	// Of certificates of electronic evidence, and of the export for forensic
	// tools (resource: the inquiry).
	CertificateView   Action = "certificate.view"
	CertificateDraft  Action = "certificate.draft"
	CertificateSign   Action = "certificate.sign"
	CertificateRevoke Action = "certificate.revoke"
	InquiryExport     Action = "inquiry.export"

	// Of what is sent out of the building, and of a person's own days.
	OutboxView    Action = "outbox.view"    // messages that did not go out
	WebhookManage Action = "webhook.manage" // an agency's own endpoint
	CalendarView  Action = "calendar.view"  // the own days
	ListKeep      Action = "list.keep"      // filters and searches that one keeps
	// Of files (content/policy/89-files.cedar); the resource is the case or
	// inquiry that a file belongs to, the context its compartment.
	FileView      Action = "file.view"
	FileAdd       Action = "file.add"
	FileOpen      Action = "file.open"      // of an inquiry; those of a case open like their compartment
	FileHistory   Action = "file.history"   // who opened it
	FileDestroyed Action = "file.destroyed" // told of files that were on a list

	FileAskPreview   Action = "file.ask_preview"   // of a photo that has none by default
	FileAllowPreview Action = "file.allow_preview" // the second person's word on it
	HashListView     Action = "hashlist.view"
	HashListImport   Action = "hashlist.import"

	// Of an exercise (content/policy/92-exercise.cedar); the resource is the
	// exercise, with what the asker is in it as roles.
	ExerciseSetUp   Action = "exercise.setup"
	ExerciseView    Action = "exercise.view"    // the front page of everybody with a part
	ExerciseControl Action = "exercise.control" // clock, injects, links, people, attendance, reveal
	ExerciseWatch   Action = "exercise.watch"   // the board
	ExerciseTruth   Action = "exercise.truth"   // what is hidden, before it is revealed
	ExerciseAct     Action = "exercise.act"     // an actor's own card and log
	ExerciseAnswer  Action = "exercise.answer"  // a team's mailbox
	ExerciseScore   Action = "exercise.score"   // grades
	ExerciseNote    Action = "exercise.note"    // notes
	ExerciseNotice  Action = "exercise.notice"  // deeds that the ledger cannot show
	ExerciseStop    Action = "exercise.stop"    // the safe word
	// Of inquiries (resource: the inquiry; of a case for link and know) and of
	// scenes (resource: the scene; of the inquiry for create).
	InquiryCreate    Action = "inquiry.create"
	InquiryList      Action = "inquiry.list"
	InquiryView      Action = "inquiry.view"
	InquiryRead      Action = "inquiry.read" // what is sealed in it
	InquiryTeam      Action = "inquiry.team"
	InquiryLink      Action = "inquiry.link"
	InquiryKnow      Action = "inquiry.know" // that one exists about a case
	InquiryPlan      Action = "inquiry.plan" // operations and their briefing
	InquiryClose     Action = "inquiry.close"
	SceneCreate      Action = "scene.create"
	SceneView        Action = "scene.view"
	SceneRead        Action = "scene.read" // what is sealed in it
	SceneRole        Action = "scene.role"
	SceneNote        Action = "scene.note"   // place, weather, hazards, sketch
	SceneLog         Action = "scene.log"    // who enters and leaves
	SceneHandle      Action = "scene.handle" // persons at the scene, who handles them
	SceneOverride    Action = "scene.override"
	SceneStep        Action = "scene.step"
	SceneRelease     Action = "scene.release"
	SeparationReview Action = "separation.review" // the oversight list
)

// Actions lists them all; the door refuses to load policies about others.
var Actions = []Action{
	AlertCreate, CaseList, CaseView, PartRead, CaseTake, CaseTell, CaseDescribe, CasePlace, DangerAnswer,
	ScreeningRecord, PresumptionDecide, ConsentRecord, ConsentWithdraw, BasisRecord, SafetyAssess,
	NeedsAssess, TeamChange, InterviewRecord, FollowUpRecord, CaseClose, CaseReopen, CompartmentOpen,
	AccessView, HistoryView, HoldDecide, Erase, ErasureConfirm, RetentionView,
	PlanChange, ServiceRecord, TransferOffer, TransferAnswer, ReflectionRecord, IdentificationPanel, IdentificationReview, IdentificationVoice, TaskChange, ConferenceHold, MessageWrite, ChildRecord, SolutionRecord,
	RetraffickingFlag, Section14Review, Section14Confirm, OffenderStepTake, LogisticsRecord, HearingRecord, RightsAsk, RightsAnswer, ComplaintAnswer, WorkApprove, FlagRaise, WorkloadView, AgencyNeeds, CaseExport, CaseImport,
	GlassBreak, GlassSecond, GlassReview, ReferralSend, ReferralView,
	ReferralAnswer, ReferralProgress, ReferralFeedback, ReferralWithdraw, SearchExact, SearchName,
	OverviewView, DirectoryView, DirectoryEdit, DirectoryConfirm, DirectoryReport, DirectoryHold, DirectoryRelease,
	DirectoryVet, DirectoryMerge, DirectoryPlace, PlacementPropose, GapsView, NoticesView, StaffView, StaffManage, AgencyManage, SelfManage,
	RehearsalRun, TrainingView, TrainingTake, TrainingManage,
	ExtraRecord, RulebookView, RulebookDraft, RulebookApprove,
	ExhibitWork, ExhibitList, ExhibitRecord, ExhibitView, ExhibitOpen, ExhibitCorrect, ExhibitKeep, ExhibitReceive, ExhibitAttest,
	ExhibitLaboratory, ExhibitEnd, ExhibitLabel, ExhibitReport, ExhibitDigests,
	DirectoryImport, DirectoryExport, DirectoryMessage, DirectoryLine,
	SignOnManage, HandoverView,
	LikenessList, LikenessView, LikenessAnswer, LikenessCompare, LikenessJudge, LikenessUnlink, LinkView, FamilyView, FamilyChange,
	BundleMake, WitnessView,
	CertificateView, CertificateDraft, CertificateSign, CertificateRevoke, InquiryExport,
	OutboxView, WebhookManage, CalendarView, ListKeep,
	FileView, FileAdd, FileOpen, FileHistory, FileDestroyed, FileAskPreview, FileAllowPreview, HashListView, HashListImport,
	ExerciseSetUp, ExerciseView, ExerciseControl, ExerciseWatch, ExerciseTruth, ExerciseAct, ExerciseAnswer, ExerciseScore, ExerciseNote, ExerciseNotice, ExerciseStop,
	InquiryCreate, InquiryList, InquiryView, InquiryRead, InquiryTeam, InquiryLink, InquiryKnow, InquiryPlan, InquiryClose,
	SceneCreate, SceneView, SceneRead, SceneRole, SceneNote, SceneLog, SceneHandle, SceneOverride, SceneStep, SceneRelease, SeparationReview,
}
