//go:build foreign

package foreign

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/url"
	"path"
	"strings"

	"golang.org/x/net/html"
)

// page is a page as a browser without scripts has it.
type page struct {
	at     *url.URL
	status int
	text   string // what a person can read and copy
	links  map[string]*url.URL
	forms  []form
	loose  map[string][]button // buttons outside of their form, by its id
}

type form struct {
	id      string
	action  *url.URL
	values  map[string][]string
	typed   map[string]bool // the fields that a person sees
	buttons []button
}

type button struct{ name, value, text string }

// purpose names a form by what it asks: oidc-provider's have a hidden field.
func (f form) purpose() string {
	if v := f.values["prompt"]; len(v) == 1 {
		return v[0]
	}
	return path.Base(f.action.Path)
}

func readPage(resp *http.Response) (page, error) {
	p := page{at: resp.Request.URL, status: resp.StatusCode, links: map[string]*url.URL{}, loose: map[string][]button{}}
	data, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	if err != nil {
		return p, err
	}
	kind := resp.Header.Get("Content-Type")
	if kind == "" {
		kind = http.DetectContentType(data) // as browsers do
	}
	if !strings.HasPrefix(kind, "text/html") {
		p.text = string(data)
		return p, nil
	}
	root, err := html.Parse(bytes.NewReader(data))
	if err != nil {
		return p, err
	}
	p.read(root, nil)
	for i := range p.forms {
		p.forms[i].buttons = append(p.forms[i].buttons, p.loose[p.forms[i].id]...)
	}
	p.text = strings.Join(strings.Fields(words(root)), " ")
	return p, nil
}

// fill is what a form sends; false if the person does not know what to type.
func (f form) fill(fields map[string]string, press string) (url.Values, bool) {
	values := url.Values(maps.Clone(f.values))
	for name, seen := range f.typed {
		if v, ok := fields[name]; ok && seen {
			values.Set(name, v)
		}
		if seen && values.Get(name) == "" {
			return nil, false
		}
	}
	var pressed button
	for i, b := range f.buttons {
		if i == 0 || b.text == press {
			pressed = b
		}
	}
	if pressed.name != "" {
		values.Set(pressed.name, pressed.value)
	}
	return values, true
}

// read walks over the elements; f is the form around them.
func (p *page) read(n *html.Node, f *form) {
	if n.Type == html.ElementNode {
		switch n.Data {
		case "form":
			f = &form{id: attr(n, "id"), typed: map[string]bool{}, action: p.address(attr(n, "action")), values: map[string][]string{}}
			defer func() { p.forms = append(p.forms, *f) }()
		case "a":
			p.links[strings.TrimSpace(words(n))] = p.address(attr(n, "href"))
		case "button":
			b := button{attr(n, "name"), attr(n, "value"), strings.TrimSpace(words(n))}
			if id := attr(n, "form"); id != "" {
				p.loose[id] = append(p.loose[id], b)
			} else if f != nil {
				f.buttons = append(f.buttons, b)
			}
		case "input":
			switch {
			case f == nil || attr(n, "name") == "":
			case attr(n, "type") == "submit":
				f.buttons = append(f.buttons, button{attr(n, "name"), attr(n, "value"), attr(n, "value")})
			default:
				f.values[attr(n, "name")] = append(f.values[attr(n, "name")], attr(n, "value"))
				f.typed[attr(n, "name")] = attr(n, "type") != "hidden"
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.read(c, f)
	}
}

// address is a reference as an address.
func (p *page) address(ref string) *url.URL {
	if u, err := p.at.Parse(ref); err == nil {
		return u
	}
	return p.at
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// words is the text of an element.
func words(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data + " "
	}
	if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style") {
		return ""
	}
	var s strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.WriteString(words(c))
	}
	return s.String()
}
