package directory

import "github.com/paulmach/orb"

// mostCells bounds how fine a grid may be.
const mostCells = 1 << 16

// grid counts points in squares of a map. The zero grid counts nothing.
type grid struct {
	size       float64 // degrees
	bound      orb.Bound
	wide, high int
	count      []int32
	sum        []Point
}

func newGrid(size float64, bound orb.Bound) *grid {
	if !(size > 0) {
		return &grid{}
	}
	g := &grid{bound: bound}
	for g.size = size; ; g.size *= 2 {
		g.wide = int((bound.Max[0]-bound.Min[0])/g.size) + 1
		g.high = int((bound.Max[1]-bound.Min[1])/g.size) + 1
		if g.wide*g.high <= mostCells {
			break
		}
	}
	g.count, g.sum = make([]int32, g.wide*g.high), make([]Point, g.wide*g.high)
	return g
}

func (g *grid) add(p Point) {
	if g.count == nil || !g.bound.Contains(p.orb()) {
		return
	}
	i := int((p.Latitude-g.bound.Min[1])/g.size)*g.wide + int((p.Longitude-g.bound.Min[0])/g.size)
	g.count[i]++
	g.sum[i].Latitude += p.Latitude
	g.sum[i].Longitude += p.Longitude
}

func (g *grid) cells() []Cell {
	var out []Cell
	for i, n := range g.count {
		if n > 0 {
			s := g.sum[i]
			out = append(out, Cell{Point{s.Latitude / float64(n), s.Longitude / float64(n)}, int(n)})
		}
	}
	return out
}
