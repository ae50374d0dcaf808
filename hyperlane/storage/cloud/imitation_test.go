package cloud_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// service imitates what a store needs of S3 and of Google Cloud Storage, on the loopback interface,
// and records the requests.
type service struct {
	url string

	mu      sync.Mutex
	objects map[string][]byte // by bucket/name
	reads   []http.Header
	writes  []http.Header
	paths   []string
}

func serve(t *testing.T, handler func(*service, http.ResponseWriter, *http.Request)) *service {
	s := &service{objects: map[string][]byte{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.paths = append(s.paths, r.Method+" "+r.URL.Path)
		handler(s, w, r)
	}))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// with returns the names that begin with prefix, sorted.
func (s *service) with(bucket, prefix string) []string {
	var names []string
	for key := range s.objects {
		if name, ok := strings.CutPrefix(key, bucket+"/"); ok && strings.HasPrefix(name, prefix) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func imitateS3(s *service, w http.ResponseWriter, r *http.Request) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	fail := func(status int, code string) {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, code)
	}
	switch {
	case bucket == "forbidden-bucket":
		fail(http.StatusForbidden, "AccessDenied")
	case r.Method == http.MethodGet && r.URL.Query().Get("list-type") == "2":
		type content struct {
			Key          string
			Size         int
			LastModified string
			ETag         string
		}
		type result struct {
			XMLName  xml.Name `xml:"ListBucketResult"`
			Contents []content
		}
		var out result
		for _, name := range s.with(bucket, r.URL.Query().Get("prefix")) {
			out.Contents = append(out.Contents, content{name, len(s.objects[bucket+"/"+name]), "2026-01-01T00:00:00Z", `"00"`})
		}
		_ = xml.NewEncoder(w).Encode(out)
	case r.Method == http.MethodGet:
		s.reads = append(s.reads, r.Header.Clone())
		data, ok := s.objects[bucket+"/"+key]
		if !ok {
			fail(http.StatusNotFound, "NoSuchKey")
			return
		}
		w.Header().Set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		_, _ = w.Write(data)
	case r.Method == http.MethodPut:
		data, err := io.ReadAll(r.Body)
		if err != nil {
			return // the caller went away
		}
		s.writes = append(s.writes, r.Header.Clone())
		s.objects[bucket+"/"+key] = data
		w.Header().Set("ETag", `"00"`)
	default:
		fail(http.StatusNotImplemented, "NotImplemented")
	}
}

func imitateGCS(s *service, w http.ResponseWriter, r *http.Request) {
	describe := func(bucket, name string) map[string]any {
		return map[string]any{"bucket": bucket, "name": name, "size": fmt.Sprint(len(s.objects[bucket+"/"+name])), "updated": "2026-01-01T00:00:00Z"}
	}
	list, isList := strings.CutPrefix(r.URL.Path, "/storage/v1/b/")
	upload, isUpload := strings.CutPrefix(r.URL.Path, "/upload/storage/v1/b/")
	switch {
	case r.URL.Path == "/token":
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"access_token":"granted","token_type":"Bearer","expires_in":3600}`)
	case isUpload:
		bucket := strings.TrimSuffix(upload, "/o")
		_, parameters, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		parts := multipart.NewReader(r.Body, parameters["boundary"])
		var pieces [][]byte
		for {
			part, err := parts.NextPart()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return // the caller went away
			}
			data, err := io.ReadAll(part)
			if err != nil {
				return
			}
			pieces = append(pieces, data)
		}
		var about struct{ Name string }
		if len(pieces) != 2 || json.Unmarshal(pieces[0], &about) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		s.writes = append(s.writes, r.Header.Clone())
		s.objects[bucket+"/"+about.Name] = pieces[1]
		_ = json.NewEncoder(w).Encode(describe(bucket, about.Name))
	case isList:
		bucket := strings.TrimSuffix(list, "/o")
		var items []any
		for _, name := range s.with(bucket, r.URL.Query().Get("prefix")) {
			items = append(items, describe(bucket, name))
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"items": items})
	case r.Method == http.MethodGet:
		s.reads = append(s.reads, r.Header.Clone())
		data, ok := s.objects[strings.TrimPrefix(r.URL.Path, "/")]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		w.Header().Set("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
		w.Header().Set("Content-Length", fmt.Sprint(len(data)))
		_, _ = w.Write(data)
	default:
		w.WriteHeader(http.StatusNotImplemented)
	}
}
