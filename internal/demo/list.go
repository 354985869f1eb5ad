package demo

import (
	"context"

	"rufaa/internal/caselist"
	"rufaa/internal/sheets"
)

// ownList is a spreadsheet that a fictional agency kept before. Everybody in
// it is invented.
const ownList = `File no,Name,Phone,Gender,Age,Nationality,County,Notes,Date opened,Status,Reason for closure
T-0117,Mwanahawa Fiktivo,0700 000 117,F,24,Kenyan,Kwale,Came back alone; asked for a sewing course.,14/05/2024,Active,
T-0118,Lelisa Fiktivo,,M,19,Ethiopian,Marsabit,Found by a church on the road.,02/09/2024,Active,
T-0119,Shani Fiktivo,0700 000 119,Mke,31,Kenyan,Nairobi,Lives with her sister.,20/01/2023,Closed,A lasting solution was found
`

// list lets a case manager take in the agency's own list.
func (t *teller) list(ctx context.Context) error {
	_, err := t.of.CaseLists.Import(ctx, Actor("kamau.case"), sheets.Bytes("clients.csv", []byte(ownList)), caselist.Order{List: "clients", Dates: "dmy"})
	return err
}
