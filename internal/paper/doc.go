// Package paper makes printed papers (PDF): letters, pocket directories,
// labels. It knows no case and no law; it is given words and lays them out.
//
// It imports nothing of Rufaa. It keeps true:
//
//   - The same words at the same time give the same bytes.
//   - Every sheet carries its banner (EXERCISE, DEMONSTRATION), if there is one,
//     and when it was printed.
//   - Letters that the font lacks are an error, never a blank: a name printed
//     wrongly is worse than none.
package paper
