// Package web is the pages: server-rendered, in English and Kiswahili, whole
// without JavaScript.
//
// It may import office, the rooms' commands and reads, internal/web/ui and
// internal/web/assets. It decides nothing: what a person may do is asked of
// the rooms, and every route names the policy action it asks for.
//
// It keeps true: nothing sealed is shown that was not opened by an act of the
// reader; no name, number or search word stands in a URL; a refused form comes
// back with everything that was typed, the rule, its reason and the remedy.
package web
