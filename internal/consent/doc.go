// Package consent decides which program may have which account's tokens.
//
// An account has a rule: always, ask (the default) or never. If it says ask, a program
// needs a grant, which a person gives once, for an hour or for ever; a grant is for one
// account and one file, by path and contents. Rules and grants are kept in one record
// of the vault.
//
// It cannot know what a program does for another one: a grant for an interpreter is one
// for every script.
package consent
