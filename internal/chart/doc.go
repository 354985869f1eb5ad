// Package chart draws small diagrams as SVG for pages and papers: cumulative
// curves and bars. It knows nothing of what they show.
//
// It imports nothing of Rufaa. It keeps true:
//
//   - A drawing has a name and a description for those who do not see it; the
//     caller puts the same figures in a table beside it.
//   - Two lines differ in their dashes, not in colour alone.
//   - No style and no script stands in it: the content security policy allows
//     neither. Colours are the classes r-chart__… of the style sheet.
//   - The same figures give the same bytes.
package chart
