package desk

// ForgetRules has this process know no settings of assistants, as one that has just begun.
func ForgetRules() {
	compiledRules.mu.Lock()
	defer compiledRules.mu.Unlock()
	compiledRules.all = nil
}

// KnownRules is how many accounts' settings this process knows.
func KnownRules() int {
	compiledRules.mu.Lock()
	defer compiledRules.mu.Unlock()
	return len(compiledRules.all)
}
