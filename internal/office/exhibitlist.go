package office

import (
	"context"

	"rufaa/internal/exhibit"
	"rufaa/internal/paper"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/text"
)

// ExhibitList prints the exhibits of a scene (PDF), on A4 or on a strip of the
// thermal printer: how each chain stands, and nothing that is sealed. Banner
// says what kind of realm it is from.
func (of *Office) ExhibitList(ctx context.Context, who realm.Actor, scene string, in *text.Lang, banner string, strip bool) ([]byte, error) {
	sc, list, err := of.Exhibits.OfScene(ctx, who, scene)
	if err != nil {
		return nil, err
	}
	if !of.Exhibits.May(who, sc, policy.ExhibitLabel) {
		return nil, &problem.Denied{Action: string(policy.ExhibitLabel), Rule: "access.duty"}
	}
	name, err := of.keeping(ctx, in, list)
	if err != nil {
		return nil, err
	}
	size := paper.A4
	columns := []paper.Column{{Head: in.T("exhibit.col.number"), Share: 3}, {Head: in.T("web.f.exhibit.kind"), Share: 3}, {Head: in.T("exhibit.col.seal"), Share: 2},
		{Head: in.T("exhibit.col.keeper"), Share: 3}, {Head: in.T("exhibit.col.chain"), Share: 2}}
	if strip {
		size, columns = paper.Roll(80, 3*len(list)+8), columns[:3]
	}
	rows := make([][]string, len(list))
	for i, v := range list {
		cells := []string{v.Number, of.Content.Label("exhibit-kinds", v.Plain.Kind, in.Code()), v.Seal, name(v.Keeper), in.T(chainWord(v))}
		if cells[3] == "" && v.Ended() { // nobody has it: what became of it
			cells[3] = in.T("exhibit.status." + string(v.Status))
		}
		for n := range cells {
			if cells[n] == "" {
				cells[n] = "–"
			}
		}
		rows[i] = cells[:len(columns)]
	}
	title, now := in.T("exhibit.scene.title"), of.Now()
	p := paper.Begin(size, title, in.Code(), banner, in.T("exhibit.printed", "when", in.DateTime(now)), now)
	p.Heading(2, title)
	p.Text(sc.Prefix)
	p.Space(0.5)
	p.Table(columns, rows)
	return p.Bytes()
}

// chainWord is how a chain stands, in one word's key.
func chainWord(v *exhibit.View) string {
	switch {
	case !v.Chain.Unbroken():
		return "exhibit.chain.broken"
	case len(v.Chain.Findings) > 0:
		return "exhibit.chain.remarks"
	}
	return "exhibit.chain.unbroken"
}

// keeping names whoever has the exhibits now: staff by name, an owner to whom it
// was returned or somebody else from outside by the role.
func (of *Office) keeping(ctx context.Context, in *text.Lang, list []*exhibit.View) (func(exhibit.Keeper) string, error) {
	var ids []string
	returned := map[string]bool{}
	for _, v := range list {
		if v.Keeper.Staff != "" {
			ids = append(ids, v.Keeper.Staff)
		}
		returned[v.Keeper.ID()] = v.Status == exhibit.GivenBack
	}
	names, err := of.StaffNames(ctx, ids...)
	return func(k exhibit.Keeper) string {
		switch {
		case k.Outside == "":
			return names[k.Staff]
		case returned[k.ID()]:
			return of.Content.Label("return-to", k.Role, in.Code())
		}
		return of.Content.Label("custody-outsiders", k.Role, in.Code())
	}, err
}
