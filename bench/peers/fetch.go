// What coget does in the benchmark, as one would write it with net/http: a
// goroutine a slot, results in input order, a bounded number of them ahead of
// the oldest.
//
// usage: fetch [-to records|null|files] [-cacert FILE] [-retry] SLOTS <URLS
//
// records: NDJSON with the bodies on stdout; null: bodies are discarded; files:
// each body to a file in the working directory, named as the end of its URL.
package main

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path"
	"strconv"
	"time"
)

type record struct {
	Index       int     `json:"index"`
	Input       string  `json:"input"`
	Outcome     string  `json:"outcome"`
	Code        int     `json:"response_code"`
	Error       string  `json:"errormsg,omitempty"`
	Attempts    int     `json:"attempts"`
	TimeTotal   float64 `json:"time_total"`
	Size        int64   `json:"size_download"`
	ContentType string  `json:"content_type"`
	Body        string  `json:"body"`
}

type task struct {
	record
	done chan struct{}
}

var (
	to     = flag.String("to", "records", "records, null or files")
	caFile = flag.String("cacert", "", "trust the certificates in this file")
	retry  = flag.Bool("retry", false, "try again after a 5xx, a second later")
	client http.Client
)

// take does with the body what is asked; its length.
func (t *task) take(body io.Reader) (int64, error) {
	switch *to {
	case "null":
		// Discard's own buffers have 8 KiB
		return io.CopyBuffer(struct{ io.Writer }{io.Discard}, body,
			make([]byte, 1<<17))
	case "files":
		f, err := os.Create(path.Base(t.Input))
		if err != nil {
			return 0, err
		}
		n, err := io.CopyBuffer(struct{ io.Writer }{f}, body,
			make([]byte, 1<<17))
		if e := f.Close(); err == nil {
			err = e
		}
		return n, err
	}
	b, err := io.ReadAll(body)
	t.Body = string(b)
	return int64(len(b)), err
}

func (t *task) attempt() error {
	t.Attempts++
	start := time.Now()
	response, err := client.Get(t.Input)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	t.Code = response.StatusCode
	t.ContentType = response.Header.Get("Content-Type")
	t.Size, err = t.take(response.Body)
	t.TimeTotal = time.Since(start).Seconds()
	return err
}

func (t *task) fetch() {
	defer close(t.done)
	err := t.attempt()
	for *retry && t.Attempts < 4 && (err != nil || t.Code >= 500) {
		time.Sleep(time.Second)
		err = t.attempt()
	}
	switch {
	case err != nil:
		t.Outcome, t.Error = "network_error", err.Error()
	case t.Code >= 400:
		t.Outcome = "http_error"
	default:
		t.Outcome = "ok"
	}
}

func newClient(slots int) http.Client {
	var pool *x509.CertPool
	if *caFile != "" {
		pem, err := os.ReadFile(*caFile)
		if err != nil {
			log.Fatal(err)
		}
		pool = x509.NewCertPool()
		pool.AppendCertsFromPEM(pem)
	}
	return http.Client{Transport: &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: pool},
		ForceAttemptHTTP2:   true,
		DisableCompression:  true,
		MaxIdleConns:        0,
		MaxIdleConnsPerHost: slots,
		IdleConnTimeout:     time.Minute,
	}}
}

func main() {
	flag.Parse()
	slots, err := strconv.Atoi(flag.Arg(0))
	if err != nil || slots < 1 {
		fmt.Fprintln(os.Stderr, "usage: fetch [FLAG...] SLOTS <URLS")
		os.Exit(2)
	}
	client = newClient(slots)
	todo := make(chan *task)
	order := make(chan *task, 10*slots)
	for i := 0; i < slots; i++ {
		go func() {
			for t := range todo {
				t.fetch()
			}
		}()
	}
	go func() {
		lines := bufio.NewScanner(os.Stdin)
		for i := 0; lines.Scan(); i++ {
			t := &task{done: make(chan struct{})}
			t.Index, t.Input = i, lines.Text()
			order <- t
			todo <- t
		}
		close(todo)
		close(order)
	}()
	failed := false
	out := bufio.NewWriterSize(os.Stdout, 1<<16)
	records := json.NewEncoder(out)
	records.SetEscapeHTML(false)
	for t := range order {
		<-t.done
		failed = failed || t.Outcome != "ok"
		if *to == "records" {
			records.Encode(&t.record)
		}
	}
	out.Flush()
	if failed {
		os.Exit(1)
	}
}
