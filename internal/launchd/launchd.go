// Package launchd writes and reads the property lists that have launchd start a program.
package launchd

import (
	"encoding/xml"
	"strings"
)

// Job is a program that launchd starts when the person logs in (launchd.plist(5)).
type Job struct {
	Label string
	// Writer says in the list who wrote it, in a comment of XML, which has no two dashes.
	Writer string
	// Arguments are the absolute path of the program and its arguments.
	Arguments []string
	// Env are variables, as NAME=VALUE.
	Env []string
	// KeepAlive has it started again after a failure.
	KeepAlive bool
}

// List is the property list.
func (j Job) List() string {
	var args, env strings.Builder
	for _, a := range j.Arguments {
		args.WriteString("<string>" + escaped(a) + "</string>")
	}
	for _, kv := range j.Env {
		name, value, _ := strings.Cut(kv, "=")
		env.WriteString("    <key>" + escaped(name) + "</key><string>" + escaped(value) + "</string>\n")
	}
	alive := ""
	if j.KeepAlive {
		alive = "  <key>KeepAlive</key><dict><key>SuccessfulExit</key><false/></dict>\n"
	}
	return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Written by ` + j.Writer + `. -->
<plist version="1.0">
<dict>
  <key>Label</key><string>` + j.Label + `</string>
  <key>ProgramArguments</key>
  <array>` + args.String() + `</array>
  <key>EnvironmentVariables</key>
  <dict>
` + env.String() + `  </dict>
  <key>RunAtLoad</key><true/>
` + alive + `  <key>Umask</key><integer>63</integer>
</dict>
</plist>
`
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // into memory
	return b.String()
}

// Program is the program of a property list: the first of its ProgramArguments. It is ""
// if there is none.
func Program(text string) string {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	for key, inside := "", ""; ; {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		switch t := token.(type) {
		case xml.StartElement:
			inside = t.Name.Local
		case xml.EndElement:
			inside = ""
		case xml.CharData:
			switch {
			case inside == "key":
				key = string(t)
			case inside == "string" && key == "ProgramArguments":
				return string(t)
			}
		}
	}
}
