package users_test

import (
	"testing"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
)

// Whoever prints an identity that has signed somebody in does not print the client's secret.
func TestSecretIsNotPrinted(t *testing.T) {
	i, server := newCognito(t)
	server.secret = "secret-of-the-client"
	if err := i.Create(t.Context(), "mem_asha", goodPassword); err != nil {
		t.Fatal(err)
	}
	if _, err := i.Login(t.Context(), "mem_asha", goodPassword); err != nil {
		t.Fatal(err)
	}
	cloudtest.NotPrinted(t, i, server.secret)
}
