package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// lang is one language's flat catalog, read simply: enough for a gallery.
type lang struct {
	code  string
	texts map[string]string
}

func loadTexts(dir string) (map[string]lang, error) {
	all := map[string]lang{}
	for _, code := range []string{"en", "sw"} {
		raw, err := os.ReadFile(filepath.Join(dir, "ui."+code+".yaml"))
		if err != nil {
			return nil, fmt.Errorf("gallery: texts: %w", err)
		}
		l := lang{code: code}
		if err := yaml.Unmarshal(raw, &l.texts); err != nil {
			return nil, fmt.Errorf("gallery: texts %s: %w", code, err)
		}
		all[code] = l
	}
	return all, nil
}

func (l lang) Code() string { return l.code }

func (l lang) T(key string, args ...any) string {
	text, ok := l.texts[key]
	if !ok {
		return "[" + key + "]"
	}
	for i := 0; i+1 < len(args); i += 2 {
		text = strings.ReplaceAll(text, fmt.Sprintf("{%v}", args[i]), fmt.Sprint(args[i+1]))
	}
	return text
}

func (l lang) N(key string, n int, args ...any) string {
	form := ".other"
	if n == 1 {
		form = ".one"
	}
	return l.T(key+form, append(args, "n", n)...)
}
