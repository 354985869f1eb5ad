// Package pocket prints the directory of one county as a small book that fits
// a pocket: A6, telephone numbers large, in English or Kiswahili, for those who
// are where no network is.
//
// It owns the choice of what is printed and how. It may import directory, text
// and the floors below.
//
// It keeps true: of a confidential place its county and telephone are printed
// and nothing else; what nobody has checked says so; the day of printing stands
// on every page, and that it is of an exercise or a demonstration, where it is; contacts and barred providers are not printed.
package pocket
