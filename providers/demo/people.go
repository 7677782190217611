package demo

import (
	"fmt"
	"slices"
)

// person is one of the invented people of the demo provider.
type person struct {
	ID            string
	Name          string
	Given         string
	Family        string
	Email         string
	EmailVerified bool
	Locale        string
	Groups        []string
	Roles         []string
	// Trait says what this person helps to try out.
	Trait string
}

// people are all that can sign in. Each shows something that occurs in real
// sign-ins.
func people() []person {
	return []person{
		{
			ID: "tess", Name: "Tess Demo", Given: "Tess", Family: "Demo",
			Email: "tess@demo.example", EmailVerified: true, Locale: "en",
			Groups: []string{"Platform", "Release captains", "Coffee roster"},
			Roles:  []string{"developer"},
			Trait:  "3 groups, nothing unusual",
		},
		{
			ID: "ola", Name: "Ola Brandvold", Given: "Ola", Family: "Brandvold",
			Email: "ola@demo.example", EmailVerified: true, Locale: "nb",
			Groups: manyGroups(),
			Roles:  []string{"administrator", "auditor"},
			Trait:  fmt.Sprintf("%d groups", len(manyGroups())),
		},
		{
			ID: "sam", Name: "Sam Okoro", Given: "Sam", Family: "Okoro",
			Email: "sam@demo.example", EmailVerified: false, Locale: "en",
			Trait: "No groups, email not verified",
		},
		{
			ID:    "noor",
			Name:  "Ноора-Александра Παπακωνσταντίνου-Æskesdóttir Čajkovskaja-Wołodyjowska von und zu Hohenlöwenstein-Ijsselmeer",
			Given: "Ноора-Александра", Family: "Παπακωνσταντίνου-Æskesdóttir Čajkovskaja-Wołodyjowska von und zu Hohenlöwenstein-Ijsselmeer",
			Email: "noor.alexandra@demo.example", EmailVerified: true, Locale: "el",
			Groups: []string{"Übersetzung", "Μεταφραστές", "Переводчики"},
			Roles:  []string{"translator"},
			Trait:  "A very long name in many scripts",
		},
	}
}

// manyGroups is more than most providers put into a token.
func manyGroups() []string {
	crafts := []string{"Design", "Editorial", "Finance", "Hardware", "Legal", "Operations", "Research", "Support"}
	places := []string{"Accra", "Bergen", "Coimbra", "Dunedin", "Galway", "Kyoto", "Quito", "Tartu"}
	var all []string
	for _, c := range crafts {
		for _, p := range places {
			all = append(all, c+" "+p)
		}
	}
	return all
}

// findPerson finds a person by id, or by what a login hint may hold: the
// email address.
func findPerson(hint string) (person, bool) {
	all := people()
	i := slices.IndexFunc(all, func(p person) bool { return p.ID == hint || p.Email == hint })
	if i < 0 {
		return person{}, false
	}
	return all[i], true
}
