// Package widget draws the parts that screens are made of.
//
// A widget keeps no state of the program: it is set to what it shows and
// reports what a person did with it through a function. Colours are looked up
// by name at every Refresh, so that a switch of the theme reaches each of
// them. Everything that can be tapped can be focused and operated by keyboard,
// and a colour never says something alone: a word or a sign says it too.
package widget
