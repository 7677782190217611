//go:build unix

package cli

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/claviger/claviger/auth/authtest"
)

// asBrowser is the variable that turns the test binary into the browser of
// BROWSER: it opens the address and does what a person in a hurry would do,
// which is to press the first button of every page. Its value names the button
// to press if a page has one of that value, such as "deny".
const asBrowser = "CLAVIGER_TEST_BROWSER"

// browserCA names the file of the authority that the browser trusts; those of
// the command are its own.
const browserCA = "CLAVIGER_TEST_BROWSER_CA"

var (
	formPattern   = regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>`)
	inputPattern  = regexp.MustCompile(`<input[^>]*>`)
	buttonPattern = regexp.MustCompile(`<button[^>]*name="([^"]*)"[^>]*value="([^"]*)"[^>]*>`)
	attrPattern   = regexp.MustCompile(`([a-z_]+)="([^"]*)"`)
)

// browse opens an address, submits the forms that come and returns the address
// and the text it ended on.
func browse(ctx context.Context, address, wish string) (string, string, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", "", err
	}
	client := &http.Client{Jar: jar, Timeout: 20 * time.Second}
	if ca := os.Getenv(browserCA); ca != "" {
		if client.Transport, err = trusting(ca); err != nil {
			return "", "", err
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", "", err
	}
	for range 10 {
		req.Header.Set("Accept", "text/html")
		resp, err := client.Do(req)
		if err != nil {
			return "", "", err
		}
		data, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
		if err = errors.Join(err, resp.Body.Close()); err != nil {
			return "", "", err
		}
		page, at := string(data), resp.Request.URL
		form := formPattern.FindStringSubmatch(page)
		if form == nil {
			return at.String(), page, nil
		}
		action, err := at.Parse(html.UnescapeString(form[1]))
		if err != nil {
			return "", "", err
		}
		body := fill(form[2], wish).Encode()
		if req, err = http.NewRequestWithContext(ctx, http.MethodPost, action.String(), strings.NewReader(body)); err != nil {
			return "", "", err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", at.Scheme+"://"+at.Host)
	}
	return "", "", errors.New("too many pages")
}

// fill takes a form's values as they stand, and the wished or first button.
func fill(form, wish string) url.Values {
	values := url.Values{}
	for _, tag := range inputPattern.FindAllString(form, -1) {
		attrs := map[string]string{}
		for _, m := range attrPattern.FindAllStringSubmatch(tag, -1) {
			attrs[m[1]] = html.UnescapeString(m[2])
		}
		if attrs["type"] == "checkbox" && !strings.Contains(tag, " checked") || attrs["name"] == "" {
			continue
		}
		values.Add(attrs["name"], attrs["value"])
	}
	buttons := buttonPattern.FindAllStringSubmatch(form, -1)
	for i, b := range buttons {
		if b[2] == wish || i == 0 {
			values.Set(b[1], html.UnescapeString(b[2]))
		}
	}
	return values
}

// browserMain is the process that BROWSER names.
func browserMain() int {
	if wish := os.Getenv(asBrowser); wish == "closed" {
		return 0 // the person closed the tab
	}
	address := os.Args[len(os.Args)-1]
	if os.Getenv(asBrowser) == "odd scope" {
		if next := authtest.Get(context.Background(), address).Header.Get("Location"); next != "" {
			address = next // the opener gets a one-time page
		}
		address = strings.Replace(address, "scope=openid", "scope=other", 1)
	}
	_, page, err := browse(context.Background(), address, os.Getenv(asBrowser))
	if err != nil {
		fmt.Fprintln(os.Stderr, "test browser:", err)
		return 1
	}
	if file := os.Getenv("CLAVIGER_TEST_LASTPAGE"); file != "" {
		if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
			return 1
		}
	}
	return 0
}
