package tour

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// page is what a person sees of a page.
type page struct {
	status int
	at     *url.URL
	title  string // its heading
	forms  []form
}

// form is one form of a page, as served.
type form struct {
	action  *url.URL
	values  url.Values
	buttons []button
}

// button is a button that sends a form.
type button struct{ name, value, words string }

// pressed is a form on its way.
type pressed struct {
	action *url.URL
	values url.Values
	words  string
}

// press presses the button of a page that a person wants, or none.
func (p *page) press(wants []string) *pressed {
	for _, f := range p.forms {
		for _, b := range f.buttons {
			if slices.Contains(wants, b.value) {
				f.values.Add(b.name, b.value)
				return &pressed{f.action, f.values, b.words}
			}
		}
	}
	return nil
}

// readPage takes heading and forms out of a document.
func readPage(status int, at *url.URL, doc *html.Node) *page {
	p := &page{status: status, at: at}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "h1":
			p.title = textOf(n)
		case "form":
			if action, err := at.Parse(attribute(n, "action")); err == nil && strings.EqualFold(attribute(n, "method"), "post") {
				p.forms = append(p.forms, readForm(n, action))
			}
		}
	}
	return p
}

// readForm takes a form's fields as a browser would send them untouched.
func readForm(n *html.Node, action *url.URL) form {
	f := form{action: action, values: url.Values{}}
	for n := range n.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		name, value := attribute(n, "name"), attribute(n, "value")
		switch {
		case n.Data == "button" && name != "":
			f.buttons = append(f.buttons, button{name, value, firstWords(n)})
		case n.Data != "input" || name == "":
		case attribute(n, "type") == "checkbox" && !has(n, "checked"):
		default:
			f.values.Add(name, value)
		}
	}
	return f
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

// textOf is all the text of an element, in one line.
func textOf(n *html.Node) string {
	var all strings.Builder
	for n := range n.Descendants() {
		if n.Type == html.TextNode {
			all.WriteString(n.Data)
		}
	}
	return strings.Join(strings.Fields(all.String()), " ")
}

// firstWords is the first text of an element: a button's name, if a
// description follows.
func firstWords(n *html.Node) string {
	for n := range n.Descendants() {
		if text := strings.TrimSpace(n.Data); n.Type == html.TextNode && text != "" {
			return text
		}
	}
	return ""
}
