package sheets

import (
	"archive/zip"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// dayStyles are the cell styles of a workbook that show a number as a day, by
// their places in it.
//
// Source: ECMA-376 part 1, 18.8.30 (number formats that are built in).
func dayStyles(z *zip.Reader) (map[string]bool, error) {
	var styles struct {
		Formats []struct {
			ID   int    `xml:"numFmtId,attr"`
			Code string `xml:"formatCode,attr"`
		} `xml:"numFmts>numFmt"`
		Cells []struct {
			Format int `xml:"numFmtId,attr"`
		} `xml:"cellXfs>xf"`
	}
	if err := decode(z, "xl/styles.xml", &styles); err != nil {
		return nil, err
	}
	days := map[int]bool{22: true}
	for id := 14; id <= 17; id++ {
		days[id] = true
	}
	for _, f := range styles.Formats {
		days[f.ID] = strings.ContainsAny(unspoken.ReplaceAllString(f.Code, ""), "yYdD")
	}
	out := map[string]bool{}
	for i, c := range styles.Cells {
		if days[c.Format] {
			out[strconv.Itoa(i)] = true
		}
	}
	return out, nil
}

// unspoken is what a number format says in words, colours and conditions.
var unspoken = regexp.MustCompile(`"[^"]*"|\\.|\[[^\]]*\]`)

// Shown gives a cell of the row given last as the workbook shows it where its
// number stands for a day: YYYY-MM-DD, with the time of day where it has one.
// Everything else stays as it is. Column counts from 0.
func (s *Sheet) Shown(column int, raw string) string {
	if !s.dated[cellAt{s.Line, column}] {
		return raw
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(raw), 64)
	if err != nil || n < 1 || n > 80_000 {
		return raw
	}
	t, err := excelize.ExcelDateToTime(n, s.Since1904())
	switch {
	case err != nil:
		return raw
	case n == math.Trunc(n):
		return t.Format(time.DateOnly)
	}
	return t.Round(time.Minute).Format("2006-01-02 15:04")
}
