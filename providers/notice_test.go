package providers

import (
	"strings"
	"testing"
)

func TestNoticesOfAFile(t *testing.T) {
	for text, want := range map[string]string{
		"header = \"X Y\"\nmatch = 'a'\ntext = \"t\"":                          `f.toml:4: notices[0].header: must be the name of a header`,
		"header = \"X\"\nmatch = '('\ntext = \"t\"":                            `notices[0].match: is not a regular expression`,
		"header = \"X\"\nmatch = 'a*'\ntext = \"t\"":                           `notices[0].match: matches every text`,
		"header = \"X\"\ntext = \"t\"":                                         `notices[0].match: is missing`,
		"header = \"X\"\nmatch = 'a'":                                          `notices[0].text: is missing`,
		"header = \"X\"\nmatch = 'a'\ntext = \"t\"\nlink = true":               `notices[0].link: needs a group (?P<url>…)`,
		"header = \"X\"\nmatch = 'a'\ntext = \"t\"\ncount = \"n\"":             `notices[0].count: is not the name of a group`,
		"header = \"X\"\nmatch = 'a'\ntext = \"{n} {who}\"":                    `notices[0].text: {n} needs count`,
		"header = \"X\"\nmatch = 'a(?P<url>.)'\ntext = \"{url}\"\nlink = true": `notices[0].text: {url} is not allowed`,
		"header = \"X\"\nmatch = 'a'\ntext = \"t\"\nopen = true":               `notices[0].open: unknown key; allowed here: count, header, link, match, text`,
	} {
		if _, err := Parse("f.toml", []byte(good+"[[notices]]\n"+text+"\n")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot  %v\nwant %s", text, err, want)
		}
	}
}
