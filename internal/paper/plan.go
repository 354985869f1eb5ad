package paper

import (
	"bytes"
	"strconv"

	"codeberg.org/go-pdf/fpdf"
)

// Stroke is one thing drawn on a plan. Points are fractions of its width from
// the left and of its height from the top.
type Stroke struct {
	Points [][2]float64
	Closed bool   // an area; else a line, and one point or more where Dots is set
	Dots   bool   // each point by itself
	Dashed bool   // as a path or an outer cordon is
	Word   string // beside the first point
}

// Widest and highest that a plan is drawn, in millimetres.
const planWidth, planHeight = 150, 170

// Plan draws strokes into a frame, over a picture (JPEG) where there is one. High
// is the height for a width of one. It begins a new sheet where this one has no
// room for it.
func (p *Paper) Plan(picture []byte, high float64, strokes []Stroke) {
	w, h := float64(planWidth), planWidth*high
	if h > planHeight {
		w, h = planHeight/high, planHeight
	}
	if p.pdf.GetY()+h > p.size.Height-p.margin-4 {
		p.pdf.AddPage()
	}
	left, top := (p.size.Width-w)/2, p.pdf.GetY()+1
	if picture != nil {
		p.plans++
		name := "plan-" + strconv.Itoa(p.plans)
		opt := fpdf.ImageOptions{ImageType: "JPG"}
		p.pdf.RegisterImageOptionsReader(name, opt, bytes.NewReader(picture))
		p.pdf.ImageOptions(name, left, top, w, h, false, opt, 0, "")
	}
	p.pdf.SetLineWidth(0.2)
	p.pdf.Rect(left, top, w, h, "D")
	for i := range strokes {
		p.stroke(&strokes[i], left, top, w, h, picture != nil)
	}
	p.pdf.SetDashPattern(nil, 0)
	p.pdf.SetDrawColor(0, 0, 0)
	p.pdf.SetY(top + h + 2)
}

// stroke draws one. Over a picture each line has a light edge, so that it is
// seen on dark ground and on light.
func (p *Paper) stroke(s *Stroke, left, top, w, h float64, edged bool) {
	points := make([]fpdf.PointType, len(s.Points))
	for i, at := range s.Points {
		points[i] = fpdf.PointType{X: left + at[0]*w, Y: top + at[1]*h}
	}
	draw := func(width float64, grey int) {
		p.pdf.SetDrawColor(grey, grey, grey)
		p.pdf.SetFillColor(grey, grey, grey)
		p.pdf.SetLineWidth(width)
		p.pdf.SetDashPattern(nil, 0)
		if s.Dashed && grey == 0 {
			p.pdf.SetDashPattern([]float64{2.4, 1.6}, 0)
		}
		switch {
		case s.Dots:
			for _, at := range points {
				p.pdf.Circle(at.X, at.Y, 0.8+width/2, "F")
			}
		case s.Closed:
			p.pdf.Polygon(points, "D")
		default:
			for i := 1; i < len(points); i++ {
				p.pdf.Line(points[i-1].X, points[i-1].Y, points[i].X, points[i].Y)
			}
		}
	}
	if edged {
		draw(1.6, 255)
	}
	draw(0.6, 0)
	if s.Word == "" || len(points) == 0 {
		return
	}
	p.font("B", p.base*0.75)
	at, word := points[0], p.known(s.Word)
	wide := p.pdf.GetStringWidth(word) + 1
	at.X += 2
	if at.X+wide > left+w {
		at.X -= wide + 4
	}
	if edged {
		p.pdf.SetFillColor(255, 255, 255)
		p.pdf.Rect(at.X-0.4, at.Y-3.4, wide, 3.8, "F")
	}
	p.pdf.Text(at.X, at.Y-0.5, word)
}
