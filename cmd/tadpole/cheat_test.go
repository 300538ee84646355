package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/tadpole-edge/tadpole/internal/sealed"
)

// published is where a node says that an execution's archive is.
var published = regexp.MustCompile(`http://127\.0\.0\.1:\d+/[-\w]+\.tar\.gz`)

// cheat plays a cheating node: it stands before a real node, which runs every job,
// and puts other outputs in the place of those that the node found. A node sees what
// it runs before that is sealed; this opens it by the receiver's key.
func cheat(t *testing.T, node, receiver string) (address string) {
	t.Helper()
	target, err := url.Parse(node)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(nil)
	address = "http://" + server.Listener.Addr().String()
	const lie = "/lie.tar.gz"
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	proxy := &httputil.ReverseProxy{Transport: transport,
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Header.Del("Accept-Encoding") },
		ModifyResponse: func(r *http.Response) error {
			body, err := io.ReadAll(r.Body)
			if err := errors.Join(err, r.Body.Close()); err != nil {
				return err
			}
			body = published.ReplaceAllFunc(body, func(at []byte) []byte { return []byte(address + lie + "?of=" + url.QueryEscape(string(at))) })
			r.Body = io.NopCloser(bytes.NewReader(body))
			r.ContentLength = int64(len(body))
			r.Header.Set("Content-Length", strconv.Itoa(len(body)))
			return nil
		}}
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != lie {
			proxy.ServeHTTP(w, r)
			return
		}
		answer, err := (&http.Client{Transport: transport}).Get(r.URL.Query().Get("of"))
		if err == nil {
			defer answer.Body.Close()
			var archive []byte
			if archive, err = falsified(answer.Body, receiver); err == nil {
				_, err = w.Write(archive)
			}
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
		}
	})
	server.Start()
	t.Cleanup(server.Close)
	return address
}

// falsified is an archive of results with other outputs; the fuel left is as it was.
func falsified(archive io.Reader, receiver string) ([]byte, error) {
	plain, err := gzip.NewReader(archive)
	if err != nil {
		return nil, err
	}
	identity, err := sealed.LoadOrCreate(receiver)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	err = rewrite(plain, z, func(name string, content []byte) ([]byte, error) {
		if !strings.HasSuffix(name, "meter/sealed") {
			return content, nil
		}
		content, err := identity.Open(content, 1<<20)
		if err != nil {
			return nil, err
		}
		var lie bytes.Buffer
		if err := rewrite(bytes.NewReader(content), &lie, func(name string, content []byte) ([]byte, error) {
			if strings.HasPrefix(name, "outputs/") {
				content = []byte("what pays better")
			}
			return content, nil
		}); err != nil {
			return nil, err
		}
		return sealed.Seal(&lie, []string{identity.Recipient()})
	})
	err = errors.Join(err, z.Close())
	return b.Bytes(), err
}

// rewrite copies a tar archive with its files changed.
func rewrite(from io.Reader, to io.Writer, change func(name string, content []byte) ([]byte, error)) error {
	w := tar.NewWriter(to)
	for in := tar.NewReader(from); ; {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return w.Close()
		}
		if err != nil {
			return err
		}
		content, err := io.ReadAll(in)
		if err == nil && h.Typeflag == tar.TypeReg {
			content, err = change(h.Name, content)
			h.Size = int64(len(content))
		}
		if err == nil {
			err = w.WriteHeader(h)
		}
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			return err
		}
	}
}
