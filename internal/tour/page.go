package tour

import (
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"slices"
	"strings"
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

// readPage takes heading and forms out of a page of Claviger's own. As a browser does,
// it takes what it can of one that is not well formed.
func readPage(status int, at *url.URL, text io.Reader) (*page, error) {
	r := reader{page: &page{status: status, at: at}}
	d := xml.NewDecoder(text)
	d.Strict, d.AutoClose = false, xml.HTMLAutoClose
	for {
		token, err := d.Token()
		if odd := (*xml.SyntaxError)(nil); errors.As(err, &odd) || errors.Is(err, io.EOF) {
			return r.page, nil
		}
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			r.begin(t)
		case xml.CharData:
			r.words(string(t))
		case xml.EndElement:
			r.end(t.Name.Local)
		}
	}
}

// reader is where in a page the reading is.
type reader struct {
	page     *page
	form     *form   // nil outside
	button   *button // nil outside
	headline bool
}

func (r *reader) begin(e xml.StartElement) {
	name, _ := attribute(e, "name")
	value, _ := attribute(e, "value")
	kind, _ := attribute(e, "type")
	_, checked := attribute(e, "checked")
	switch tag := e.Name.Local; {
	case tag == "h1":
		r.headline, r.page.title = true, ""
	case tag == "form":
		address, _ := attribute(e, "action")
		method, _ := attribute(e, "method")
		if action, err := r.page.at.Parse(address); err == nil && strings.EqualFold(method, "post") {
			r.form = &form{action: action, values: url.Values{}}
		}
	case r.form == nil || name == "":
	case tag == "button":
		r.button = &button{name: name, value: value}
	case tag == "input" && (kind != "checkbox" || checked):
		r.form.values.Add(name, value) // as a browser sends it untouched
	}
}

func (r *reader) words(text string) {
	if r.headline {
		r.page.title += text
	}
	if r.button != nil && r.button.words == "" {
		r.button.words = strings.TrimSpace(text) // a description may follow
	}
}

func (r *reader) end(tag string) {
	switch {
	case tag == "h1":
		r.headline, r.page.title = false, strings.Join(strings.Fields(r.page.title), " ")
	case tag == "button" && r.button != nil:
		r.form.buttons = append(r.form.buttons, *r.button)
		r.button = nil
	case tag == "form" && r.form != nil:
		r.page.forms = append(r.page.forms, *r.form)
		r.form, r.button = nil, nil
	}
}

func attribute(e xml.StartElement, name string) (value string, there bool) {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}
