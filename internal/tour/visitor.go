package tour

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxPages bounds the pages of one visit, maxPage the bytes of one page.
const (
	maxPages = 10
	maxPage  = 1 << 20
)

// visitor plays the person in the browser: it opens an address, follows
// redirects, reads each page, and presses a button of its form. It knows only what
// a browser shows.
type visitor struct {
	http *http.Client

	mu sync.Mutex
	// wants are the values of the buttons to press if a page has them: a
	// person, or "allow".
	wants []string
	// meanwhile, if set, happens once, before the next visit begins.
	meanwhile func(ctx context.Context, link *url.URL)
	visits    chan visit
	open      sync.WaitGroup
}

// visit is what an address led to.
type visit struct {
	// Pressed are the words on the buttons that were pressed.
	Pressed []string
	// Title is the heading of the last page, Status its status.
	Title  string
	Status int
	// Took is how long all of it took.
	Took time.Duration
	Err  error
}

func newVisitor() *visitor {
	jar, _ := cookiejar.New(nil) // fails for no options
	return &visitor{
		http: &http.Client{
			Jar:     jar,
			Timeout: 20 * time.Second,
			// No proxy: every address is on this computer. No idle connections:
			// they would keep a callback listener from closing.
			Transport: &http.Transport{DisableKeepAlives: true},
			CheckRedirect: func(req *http.Request, via []*http.Request) error {
				req.Header.Del("Referer") // both ends forbid it (Referrer-Policy)
				if len(via) >= maxPages {
					return errors.New("the pages lead in a circle")
				}
				return nil
			},
		},
		visits: make(chan visit, 1),
	}
}

// next says which buttons the coming visit presses, and what happens before it
// begins.
func (v *visitor) next(meanwhile func(ctx context.Context, link *url.URL), wants ...string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.meanwhile, v.wants = meanwhile, wants
	select {
	case <-v.visits: // one that was not asked about
	default:
	}
}

// browse opens an address as a system's opener does: it returns at once.
func (v *visitor) browse(ctx context.Context, link string) error {
	v.mu.Lock()
	meanwhile, wants := v.meanwhile, slices.Clone(v.wants)
	v.meanwhile = nil
	v.mu.Unlock()
	u, err := url.Parse(link)
	if err != nil {
		return errors.New("not a web address")
	}
	// The opener's context ends with the answer, the browser does not: it must still
	// show the last page.
	ctx = context.WithoutCancel(ctx)
	v.open.Go(func() {
		if meanwhile != nil {
			meanwhile(ctx, u)
		}
		begun := time.Now()
		seen := v.visit(ctx, u, wants)
		seen.Took = time.Since(begun)
		select {
		case v.visits <- seen:
		default: // not asked about
		}
	})
	return nil
}

// seen waits for the end of the visit.
func (v *visitor) seen(ctx context.Context) (visit, error) {
	select {
	case seen := <-v.visits:
		return seen, seen.Err
	case <-ctx.Done():
		return visit{}, ctx.Err()
	}
}

// visit follows an address to a page without a form for this person.
func (v *visitor) visit(ctx context.Context, at *url.URL, wants []string) visit {
	var seen visit
	method, form := http.MethodGet, url.Values(nil)
	for range maxPages {
		p, err := v.request(ctx, method, at, form)
		if err != nil {
			seen.Err = err
			return seen
		}
		seen.Title, seen.Status = p.title, p.status
		press := p.press(wants)
		if press == nil {
			return seen
		}
		seen.Pressed = append(seen.Pressed, press.words)
		method, at, form = http.MethodPost, press.action, press.values
	}
	seen.Err = errors.New("the pages lead in a circle")
	return seen
}

// request asks for a page, following redirects. Errors hold no address: it has
// the state in it, and the code.
func (v *visitor) request(ctx context.Context, method string, to *url.URL, form url.Values) (*page, error) {
	req, err := http.NewRequestWithContext(ctx, method, to.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, errors.New("not a web address")
	}
	req.Header.Set("Accept", "text/html")
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", to.Scheme+"://"+to.Host)
	}
	resp, err := v.http.Do(req)
	if failure, ok := errors.AsType[*url.Error](err); ok {
		return nil, fmt.Errorf("a page at %s: %w", to.Host, failure.Err)
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // only read from
	p, err := readPage(resp.StatusCode, resp.Request.URL, io.LimitReader(resp.Body, maxPage))
	if err != nil {
		return nil, fmt.Errorf("a page at %s: %w", to.Host, err)
	}
	return p, nil
}
