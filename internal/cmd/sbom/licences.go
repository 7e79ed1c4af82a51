package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// publicDomain is what stands for a licence where nobody asks for anything.
const publicDomain = "public domain"

// text is a licence as its file has it, with what SPDX (https://spdx.org/licenses/) calls it.
type text struct {
	terms   []string
	content string
}

// known are the licences that what is shipped may have, by words of theirs. All allow this use, and
// ask for no more than that their text goes along. Whoever comes upon another has to read it first.
var known = []struct {
	name  string
	words []string
}{
	{"Apache-2.0", []string{"Apache License Version 2.0, January 2004", "incurred by, or claims asserted against, such Contributor by reason of your accepting any such warranty"}},
	{"BSD-3-Clause", []string{"Redistribution and use in source and binary forms, with or without modification, are permitted", "Neither the name of"}},
	{"ISC", []string{"Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted"}},
	{"MIT", []string{"Permission is hereby granted, free of charge, to any person obtaining a copy", "The above copyright notice and this permission notice shall be included in all"}},
}

// termsOf tells which licences a text is.
func termsOf(content string) (names []string) {
	plain := strings.Join(strings.Fields(content), " ")
	for _, k := range known {
		if !slices.ContainsFunc(k.words, func(words string) bool { return !strings.Contains(plain, words) }) {
			names = append(names, k.name)
		}
	}
	return names
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice)(\.txt|\.md)?$`)

// readLicences reads what the authors of a part ask for: in the folders of what is linked, and in those
// above them, since a folder may hold what its module has from elsewhere.
func (p *part) readLicences(modules string) error {
	if p.from == debian {
		return nil
	}
	if p.from == npmPackage {
		p.root = filepath.Join(modules, filepath.FromSlash(p.name))
		p.folders = []string{p.root}
	}
	seen := map[string]bool{}
	terms := map[string]bool{}
	for _, linked := range p.folders {
		for _, folder := range inModule(linked, p.root) {
			if seen[folder] {
				continue
			}
			seen[folder] = true
			if err := p.readFolder(folder, terms); err != nil {
				return err
			}
		}
	}
	if len(p.licences) == 0 {
		return fmt.Errorf("%s has no licence", p.name)
	}
	var names []string
	for _, k := range known {
		if terms[k.name] {
			names = append(names, k.name)
		}
	}
	p.terms = strings.Join(names, " AND ")
	return nil
}

// readFolder reads the files of one folder.
func (p *part) readFolder(folder string, terms map[string]bool) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) {
			continue
		}
		content, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			return err
		}
		t := text{content: strings.TrimSpace(strings.ReplaceAll(string(content), "\r\n", "\n"))}
		if strings.HasPrefix(strings.ToLower(e.Name()), "notice") {
			p.notices = append(p.notices, t)
			continue
		}
		if t.terms = termsOf(t.content); len(t.terms) == 0 {
			return fmt.Errorf("%s/%s is a licence that nobody has looked at", p.name, e.Name())
		}
		for _, name := range t.terms {
			terms[name] = true
		}
		p.licences = append(p.licences, t)
	}
	return nil
}
